using Limpid.Diffusion;

namespace Limpid.Purification.Heterogeneous;

/// <summary>How the two regions are brought together again.</summary>
public enum Resampling
{
    /// <summary>U forward steps, then one jump: one network call a step (the seed's contribution).</summary>
    SingleStep,

    /// <summary>Jump down and noise up again U times: U network calls a step (RePaint), the seed's comparison.</summary>
    MultiStep,
}

/// <summary>Settings of <see cref="HeterogeneousNoise"/>; defaults are those of the first release for CIFAR-10.</summary>
public sealed record HeterogeneousOptions
{
    /// <summary>t_l: how far the pixels that the classifier attends to are noised, as a share of the schedule.</summary>
    public double HighLevel { get; init; } = 0.2;

    /// <summary>t_s: how far all others are noised; below <see cref="HighLevel"/>.</summary>
    public double LowLevel { get; init; } = 0.1;

    /// <summary>τ: a pixel is attended to where its attention is at least this, in [0,1].</summary>
    public double Threshold { get; init; } = 0.85;

    /// <summary>The share of pixels attended to, in place of τ; 0.15 on ImageNet.</summary>
    public double? TopShare { get; init; }

    /// <summary>K: points of the reverse grid over the whole schedule. A surrogate for gradients has 10.</summary>
    public int GridPoints { get; init; } = 200;

    /// <summary>U: steps of the training schedule by which a state of the first stage is noised again.</summary>
    public int ResamplingSteps { get; init; } = 10;

    /// <summary>Which resampling.</summary>
    public Resampling Resampling { get; init; } = Resampling.SingleStep;

    /// <summary>η of the jumps: 0 as published; 1 with as many grid points as the schedule has steps is ancestral sampling.</summary>
    public double Eta { get; init; }

    /// <summary>Whether the last jump goes to the clean image; as published it ends at index 0, with ᾱ = 0.9999.</summary>
    public bool Finish { get; init; }

    /// <summary>Which blocks of the classifier count, by position; null for all.</summary>
    public IReadOnlyList<int>? Blocks { get; init; }

    /// <summary>Whether the mask sees what the published program feeds it: 2x − 1, normalized with ImageNet's mean and deviation.</summary>
    public bool PublishedMaskInput { get; init; }

    /// <summary>The schedule the network was trained with.</summary>
    public NoiseSchedule Schedule { get; init; } = NoiseSchedule.Linear1000;

    /// <summary>The later scripts: τ 0.9, U 3, 500 grid points.</summary>
    public static HeterogeneousOptions LaterScript => new() { Threshold = 0.9, ResamplingSteps = 3, GridPoints = 500 };

    /// <summary>ImageNet: 0.4 and 0.2, the top 15 %, U 3, 500 grid points.</summary>
    public static HeterogeneousOptions ImageNet => new() { HighLevel = 0.4, LowLevel = 0.2, TopShare = 0.15, ResamplingSteps = 3, GridPoints = 500 };
}
