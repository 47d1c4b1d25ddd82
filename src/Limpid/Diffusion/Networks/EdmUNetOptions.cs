namespace Limpid.Diffusion.Networks;

/// <summary>Shape of an EDM network (NVlabs/edm <c>SongUNet</c>, Karras et al. 2022); defaults those of <c>edm-cifar10-32x32-uncond-vp</c> (55,733,891 parameters).</summary>
/// <remarks>DDPM++ is the default; NCSN++ has <see cref="Fourier"/>, <see cref="InputPyramid"/>, four filter taps and twice the noise features.</remarks>
public sealed record EdmUNetOptions
{
    /// <summary>Height and width of the images, which decide where attention sits and how parameters are called.</summary>
    public int ImageSize { get; init; } = 32;

    /// <summary>Channels of the images.</summary>
    public int InChannels { get; init; } = 3;

    /// <summary>Base width.</summary>
    public int ModelChannels { get; init; } = 128;

    /// <summary>Width of each level in units of the base width, finest first.</summary>
    public IReadOnlyList<int> ChannelMultipliers { get; init; } = [2, 2, 2];

    /// <summary>Residual blocks per level.</summary>
    public int ResBlocks { get; init; } = 4;

    /// <summary>Sizes of feature maps that attend; the coarsest attends once in any case.</summary>
    public IReadOnlyList<int> AttentionSizes { get; init; } = [16];

    /// <summary>Features of the noise level in units of the base width.</summary>
    public int NoiseMultiplier { get; init; } = 1;

    /// <summary>Whether these features are random Fourier ones, kept in the file, rather than sines of fixed frequencies.</summary>
    public bool Fourier { get; init; }

    /// <summary>Whether a convolved pyramid of the input is added on the way down (encoder <c>residual</c>).</summary>
    public bool InputPyramid { get; init; }

    /// <summary>Taps of the resampling filter: 2 is (1,1), 4 is (1,3,3,1).</summary>
    public int FilterTaps { get; init; } = 2;

    /// <summary>Classes of a conditional network; 0 for none.</summary>
    public int ClassCount { get; init; }

    /// <summary>Augmentation labels that training used; their weights are kept, the labels are zero.</summary>
    public int AugmentCount { get; init; } = 9;
}
