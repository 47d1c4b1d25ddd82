namespace Limpid.Diffusion.Networks;

/// <summary>Shape of the U-Net of Ho et al.; defaults those of CIFAR-10 (35,746,307 parameters).</summary>
public sealed record HoUNetOptions
{
    /// <summary>Height and width of the images, which decide where attention sits.</summary>
    public int ImageSize { get; init; } = 32;

    /// <summary>Channels of the images.</summary>
    public int InChannels { get; init; } = 3;

    /// <summary>Base width; a multiple of 32.</summary>
    public int ModelChannels { get; init; } = 128;

    /// <summary>Width of each level in units of the base width, finest first.</summary>
    public IReadOnlyList<int> ChannelMultipliers { get; init; } = [1, 2, 2, 2];

    /// <summary>Residual blocks per level.</summary>
    public int ResBlocks { get; init; } = 2;

    /// <summary>Sizes of feature maps whose blocks attend.</summary>
    public IReadOnlyList<int> AttentionSizes { get; init; } = [16];
}
