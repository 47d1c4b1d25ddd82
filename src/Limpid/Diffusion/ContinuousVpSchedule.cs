namespace Limpid.Diffusion;

/// <summary>The variance-preserving process in continuous time s ∈ [0,1] (Song et al. 2021): β(s) = 0.1 + 19.9·s.</summary>
/// <remarks>ᾱ(s) = exp(−0.1·s − 9.95·s²); at s = t/1000 within 0.1 % of the discrete linear schedule. Double precision: 1 − ᾱ cancels in float32 at small s.</remarks>
public static class ContinuousVpSchedule
{
    /// <summary>Where integration ends: s = 1e-5.</summary>
    public const double End = 1e-5;

    /// <summary>β(s), the rate of noise.</summary>
    public static double Beta(double s) => 0.1 + (19.9 * s);

    /// <summary>ᾱ(s), the share of the clean image in the variance.</summary>
    public static double AlphaBar(double s) => Math.Exp((-0.1 * s) - (9.95 * s * s));

    /// <summary>√(1 − ᾱ(s)), the deviation of the noise.</summary>
    public static double Deviation(double s) => Math.Sqrt(1 - AlphaBar(s));

    /// <summary>The label of a network that was trained with labels 0…999.</summary>
    public static double Label(double s, TimeLabel kind) => kind == TimeLabel.Real ? 999 * s : Math.Min(999, Math.Floor((1000 * s) + 1e-9));
}

/// <summary>How a network is told a continuous time.</summary>
public enum TimeLabel
{
    /// <summary>The real number 999·s: score_sde, and any network with sinusoidal features.</summary>
    Real,

    /// <summary>⌊1000·s⌋: DiffPure with guided-diffusion networks.</summary>
    Truncated,
}
