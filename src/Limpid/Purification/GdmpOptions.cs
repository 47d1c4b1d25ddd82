using Limpid.Diffusion;

namespace Limpid.Purification;

/// <summary>What pulls the reverse process toward the input.</summary>
public enum Guidance
{
    /// <summary>Nothing.</summary>
    None,

    /// <summary>A small mean squared error.</summary>
    Mse,

    /// <summary>A large structural similarity.</summary>
    Ssim,
}

/// <summary>Settings of <see cref="Gdmp"/>; defaults those of CIFAR-10 under PGD, guided by MSE.</summary>
public sealed record GdmpOptions
{
    /// <summary>How often the image is noised and denoised.</summary>
    public int Rounds { get; init; } = 4;

    /// <summary>Reverse steps of a round.</summary>
    public StepCount Count { get; init; } = new(36);

    /// <summary>Network calls per round and sample at most; null for one per step. Fewer make a surrogate for gradients.</summary>
    public int? Calls { get; init; }

    /// <summary>The guidance.</summary>
    public Guidance Guidance { get; init; } = Guidance.Mse;

    /// <summary>λ, the strength of guidance.</summary>
    public double GuideScale { get; init; } = 60000;

    /// <summary>The attack radius the strength is tuned to, in units of 1/255.</summary>
    public double Perturbation { get; init; } = 8;

    /// <summary>
    /// What a distance is divided by. The authors average it over a batch of 100, so their strengths are per hundred images;
    /// here the distance is each image's own, and the batch it happens to be in does not matter.
    /// </summary>
    public double LiteratureBatch { get; init; } = 100;

    /// <summary>Whether the input is noised to the state's level before it is compared: yes on CIFAR-10, no on ImageNet.</summary>
    public bool NoisedReference { get; init; } = true;

    /// <summary>Whether the image gets one step more noise than is removed: yes in the authors' program for CIFAR-10.</summary>
    public bool OneStepMore { get; init; } = true;

    /// <summary>Variance of the reverse steps.</summary>
    public ReverseVariance Variance { get; init; } = ReverseVariance.Large;

    /// <summary>The schedule, respaced on ImageNet.</summary>
    public NoiseSchedule Schedule { get; init; } = NoiseSchedule.Linear1000;

    /// <summary>Whether the purified image is limited to [0,1].</summary>
    public bool ClampOutput { get; init; } = true;
}

/// <summary>Guided purification as its authors and later works ran it.</summary>
public static class GdmpPresets
{
    /// <summary>CIFAR-10 under PGD: 4 rounds of 36 steps, MSE.</summary>
    public static GdmpOptions Cifar10 { get; } = new();

    /// <summary>CIFAR-10 under PGD, SSIM.</summary>
    public static GdmpOptions Cifar10Ssim { get; } = new() { Guidance = Guidance.Ssim, GuideScale = 70000 };

    /// <summary>CIFAR-10 without guidance: the base of sample-specific noise.</summary>
    public static GdmpOptions Cifar10Unguided { get; } = new() { Guidance = Guidance.None };

    /// <summary>CIFAR-10 under BPDA: 2 rounds of 60 steps, SSIM.</summary>
    public static GdmpOptions Cifar10Bpda { get; } = new() { Rounds = 2, Count = new StepCount(60), Guidance = Guidance.Ssim, GuideScale = 1000 };

    /// <summary>ImageNet: one round of 45 of 250 steps, which is level 177 of 1000.</summary>
    public static GdmpOptions ImageNet { get; } = new()
    {
        Rounds = 1,
        Count = new StepCount(45),
        Guidance = Guidance.Ssim,
        GuideScale = 1000,
        Perturbation = 4,
        NoisedReference = false,
        OneStepMore = false,
        Variance = ReverseVariance.Learned,
        Schedule = NoiseSchedule.Linear1000.Respace("250"),
    };

    /// <summary>What later works call GDMP on ImageNet: 45 of 1000 steps without guidance, a far weaker defense.</summary>
    public static GdmpOptions ImageNet45Of1000 { get; } = ImageNet with { Guidance = Guidance.None, Schedule = NoiseSchedule.Linear1000 };
}
