namespace Limpid.Attacks;

/// <summary>The threat models that results are published for.</summary>
public static class KnownThreats
{
    /// <summary>CIFAR-10 and SVHN, ℓ∞ 8/255.</summary>
    public static Threat Cifar10Linf => new(ThreatNorm.Linf, 8.0 / 255);

    /// <summary>CIFAR-10, ℓ2 0.5.</summary>
    public static Threat Cifar10L2 => new(ThreatNorm.L2, 0.5);

    /// <summary>ImageNet, ℓ∞ 4/255.</summary>
    public static Threat ImageNetLinf => new(ThreatNorm.Linf, 4.0 / 255);

    /// <summary>MNIST, ℓ∞ 0.3.</summary>
    public static Threat MnistLinf => new(ThreatNorm.Linf, 0.3);

    /// <summary>MNIST, ℓ2 1.5.</summary>
    public static Threat MnistL2 => new(ThreatNorm.L2, 1.5);
}
