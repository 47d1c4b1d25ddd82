namespace Limpid.Torch.Noise;

/// <summary>What a draw is for: draws of different purposes never share numbers.</summary>
/// <remarks>The values are part of the noise key, so they never change; new purposes get new numbers.</remarks>
public enum NoisePurpose
{
    /// <summary>Noising an image up to a level.</summary>
    Forward = 1,

    /// <summary>A step of the reverse process.</summary>
    Reverse = 2,

    /// <summary>Re-noising the input that a step is guided or filled by.</summary>
    Reference = 3,

    /// <summary>Probing the score for its norm.</summary>
    ScoreNorm = 4,

    /// <summary>Noise that a denoiser expects on its input.</summary>
    Denoiser = 5,

    /// <summary>The random start of an attack.</summary>
    AttackStart = 6,

    /// <summary>Random search within an attack.</summary>
    AttackSearch = 7,

    /// <summary>Single-step re-noising within a reverse process.</summary>
    Resampling = 8,

    /// <summary>Initial weights of a network.</summary>
    Weights = 9,

    /// <summary>Order, flips and noise levels of training samples.</summary>
    Training = 10,

    /// <summary>Dropout.</summary>
    Dropout = 11,

    /// <summary>The random-noise control of an evaluation.</summary>
    Control = 12,

    /// <summary>Permutations, wild bootstraps and subsets of two-sample tests.</summary>
    Resampled = 13,

    /// <summary>Branch: one iteration of an attack.</summary>
    Iteration = 32,

    /// <summary>Branch: one draw of a random defense (EOT, votes).</summary>
    Draw = 33,

    /// <summary>Branch: one of several rounds of purification.</summary>
    Round = 34,

    /// <summary>Branch: gradients of an attack; the CRAFT stream.</summary>
    Craft = 35,

    /// <summary>Branch: choosing among iterates; the SELECT stream.</summary>
    Select = 36,

    /// <summary>Branch: the judgement that is reported; the VERIFY stream, never read before the image is frozen.</summary>
    Verify = 37,

    /// <summary>Branch: one restart of an attack.</summary>
    Restart = 38,
}
