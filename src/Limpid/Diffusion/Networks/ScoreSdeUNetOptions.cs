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

    /// <summary>Whether the filtered input itself is joined on the way down (<c>progressive_input: input_skip</c>); needs <see cref="Fir"/>.</summary>
    public bool InputSkip { get; init; }

    /// <summary>Whether that join lays the input beside the state, rather than adding it (<c>progressive_combine: cat</c>).</summary>
    public bool ConcatenatesInput { get; init; }

    /// <summary>Whether each level on the way up contributes an image to the output (<c>progressive: output_skip</c>); needs <see cref="Fir"/>.</summary>
    public bool OutputPyramid { get; init; }

    /// <summary>Whether blocks are those of DDPM, which do not resample; resampling is by the filter alone, so this needs <see cref="Fir"/>.</summary>
    public bool DdpmBlocks { get; init; }

    /// <summary>Whether residual sums are divided by √2 (<c>skip_rescale</c>).</summary>
    public bool RescalesSums { get; init; } = true;

    /// <summary>Whether the activation is ELU, rather than SiLU.</summary>
    public bool Elu { get; init; }

    /// <summary>Whether the network is told σ in Gaussian Fourier features, rather than a label 0…999 in sines.</summary>
    public bool Fourier { get; init; }

    /// <summary>Whether the output is divided by σ (<c>scale_by_sigma</c>); needs <see cref="Fourier"/>.</summary>
    public bool DividesBySigma { get; init; }

    internal double SumScale => RescalesSums ? Math.Sqrt(0.5) : 1;
}
