namespace Limpid.Torch.Weights;

/// <summary>A weight that a network has: what a file must bring for it.</summary>
/// <param name="Name">Name in the network's state dictionary, such as <c>layer1.0.conv1.weight</c>.</param>
/// <param name="Shape">Sizes; empty for a scalar.</param>
public sealed record ExpectedWeight(string Name, long[] Shape)
{
    /// <summary>Whether it is a buffer: stored, but not trained, and so not among averaged parameters.</summary>
    public bool IsBuffer { get; init; }

    /// <summary>Whether a file may lack it.</summary>
    public bool IsOptional { get; init; }
}
