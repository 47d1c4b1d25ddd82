namespace Limpid.Diffusion.Networks;

/// <summary>Shape of a score_sde NCSN++/DDPM++ network; defaults those of <c>cifar10_ddpmpp_deep_continuous</c> (106,632,579 parameters).</summary>
public sealed record ScoreSdeUNetOptions
{
    /// <summary>Height and width of the images, which decide where attention sits.</summary>
    public int ImageSize { get; init; } = 32;

    /// <summary>Channels of the images.</summary>
    public int InChannels { get; init; } = 3;

    /// <summary>Base width (nf).</summary>
    public int ModelChannels { get; init; } = 128;

    /// <summary>Width of each level in units of the base width, finest first.</summary>
    public IReadOnlyList<int> ChannelMultipliers { get; init; } = [1, 2, 2, 2];

    /// <summary>Residual blocks per level.</summary>
    public int ResBlocks { get; init; } = 8;

    /// <summary>Sizes of feature maps that attend.</summary>
    public IReadOnlyList<int> AttentionSizes { get; init; } = [16];

    /// <summary>Whether resampling filters with (1,3,3,1), rather than repeating or averaging pixels.</summary>
    public bool Fir { get; init; }

    /// <summary>Whether a convolved pyramid of the input is added on the way down (<c>progressive_input: residual</c>); needs <see cref="Fir"/>.</summary>
    public bool InputPyramid { get; init; }
}
