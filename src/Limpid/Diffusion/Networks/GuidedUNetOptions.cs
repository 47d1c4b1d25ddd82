namespace Limpid.Diffusion.Networks;

/// <summary>Shape of a guided-diffusion U-Net (Dhariwal &amp; Nichol 2021; openai/guided-diffusion <c>UNetModel</c>).</summary>
public sealed record GuidedUNetOptions
{
    /// <summary>Channels of the image.</summary>
    public int InChannels { get; init; } = 3;

    /// <summary>Channels of the output: those of the image, or twice as many with learned variance.</summary>
    public int OutChannels { get; init; } = 3;

    /// <summary>Base width; a multiple of 32, for every group norm has 32 groups.</summary>
    public int ModelChannels { get; init; } = 64;

    /// <summary>Width of each level in units of the base width, finest first.</summary>
    public IReadOnlyList<int> ChannelMultipliers { get; init; } = [1, 2, 2];

    /// <summary>Residual blocks per level.</summary>
    public int ResBlocks { get; init; } = 2;

    /// <summary>Downsampling factors at which blocks attend: 2 is 16×16 for a 32×32 image.</summary>
    public IReadOnlyList<int> AttentionFactors { get; init; } = [2];

    /// <summary>Attention heads, unless <see cref="HeadChannels"/> is set.</summary>
    public int Heads { get; init; } = 4;

    /// <summary>Channels of a head; −1 uses <see cref="Heads"/>.</summary>
    public int HeadChannels { get; init; } = -1;

    /// <summary>Heads on the way up; −1 as on the way down.</summary>
    public int HeadsUp { get; init; } = -1;

    /// <summary>Whether the time embedding scales and shifts the second norm, rather than being added.</summary>
    public bool ScaleShiftNorm { get; init; } = true;

    /// <summary>Whether residual blocks resample, rather than layers of their own.</summary>
    public bool ResBlockResampling { get; init; }

    /// <summary>Whether resampling layers of their own have a convolution.</summary>
    public bool ConvResampling { get; init; } = true;

    /// <summary>Whether channels are split into q, k, v before heads (the newer order).</summary>
    public bool NewAttentionOrder { get; init; }

    /// <summary>Number of classes of a conditional network; null for none.</summary>
    public int? ClassCount { get; init; }

    /// <summary>Dropout in residual blocks, in training only; in [0,1).</summary>
    public double Dropout { get; init; }
}
