using Limpid.Torch;

namespace Limpid.Classifiers;

/// <summary>Collects the activations of a network's blocks on their way through it.</summary>
public sealed class ActivationTaps : IDisposable
{
    private readonly List<Tensor> taken = [];

    /// <summary>Notes an activation [N,C,h,w]; the scope of the block may end before it is read.</summary>
    public void Add(Tensor activation)
    {
        ArgumentNullException.ThrowIfNull(activation);
        taken.Add(activation.Alias().Keep());
    }

    /// <summary>Hands over what was noted, shallow to deep, to the innermost scope or the caller.</summary>
    public IReadOnlyList<Tensor> Take()
    {
        Tensor[] handed = [.. taken.Select(tensor => tensor.Alias())];
        Dispose();
        return handed;
    }

    /// <summary>Frees what was not handed over.</summary>
    public void Dispose()
    {
        taken.ForEach(tensor => tensor.Dispose());
        taken.Clear();
    }
}
