namespace Limpid.Classifiers.Networks;

/// <summary>Shape of a Swin transformer (Liu et al. 2021); defaults those of torchvision's Swin-T (28,288,354 parameters).</summary>
public sealed record SwinLayout
{
    /// <summary>Side of a patch in pixels.</summary>
    public int Patch { get; init; } = 4;

    /// <summary>Channels of the first stage; each stage has twice those of the one before.</summary>
    public int Width { get; init; } = 96;

    /// <summary>Blocks of each stage; every second one shifts its windows.</summary>
    public IReadOnlyList<int> Depths { get; init; } = [2, 2, 6, 2];

    /// <summary>Attention heads of each stage.</summary>
    public IReadOnlyList<int> Heads { get; init; } = [3, 6, 12, 24];

    /// <summary>Side of a window in patches.</summary>
    public int Window { get; init; } = 7;

    /// <summary>Width of a block's hidden layer in units of its channels.</summary>
    public double MlpRatio { get; init; } = 4;
}
