using Limpid.Diffusion;

namespace Limpid.Purification;

/// <summary>The settings DiffPure was published with, by data set and threat.</summary>
public static class DiffPurePresets
{
    /// <summary>CIFAR-10, ℓ∞ 8/255: t* = 100.</summary>
    public static DiffPureOptions Cifar10Linf { get; } = new() { Count = new StepCount(100), Form = ReverseForm.Sde };

    /// <summary>CIFAR-10, ℓ2 0.5: t* = 75.</summary>
    public static DiffPureOptions Cifar10L2 { get; } = Cifar10Linf with { Count = new StepCount(75) };

    /// <summary>CIFAR-10, ℓ2 1.0, StAdv 0.05, and ResNet-50 under ℓ∞: t* = 125.</summary>
    public static DiffPureOptions Cifar10Strong { get; } = Cifar10Linf with { Count = new StepCount(125) };

    /// <summary>ImageNet, ℓ∞ 4/255: t* = 150, time labels of guided diffusion.</summary>
    public static DiffPureOptions ImageNetLinf { get; } = Cifar10Linf with { Count = new StepCount(150), Label = TimeLabel.Truncated };

    /// <summary>CelebA-HQ, BPDA 16/255: t* = 500, ancestral DDPM with small variance, no clipping.</summary>
    public static DiffPureOptions CelebAHq { get; } = new() { Count = new StepCount(500) };

    /// <summary>SVHN under PGD in the tables of later works: t* = 200, discrete.</summary>
    public static DiffPureOptions Svhn { get; } = new() { Count = new StepCount(200) };
}
