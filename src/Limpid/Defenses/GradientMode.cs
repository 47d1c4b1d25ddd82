namespace Limpid.Defenses;

/// <summary>How an attack's gradient passes through a purifier.</summary>
/// <remarks>All modes are judged on the defense itself; they differ in what the attacker works with while crafting.</remarks>
public enum GradientMode
{
    /// <summary>The exact gradient of the defense, recomputed step by step with replayed noise: the strongest, and the default.</summary>
    Exact,

    /// <summary>Forward and backward through a cheaper purifier of fewer steps (Lee and Kim, ICCV 2023).</summary>
    Surrogate,

    /// <summary>The defense forward, the identity backward (Athalye et al., ICML 2018).</summary>
    Bpda,

    /// <summary>The gradient at the noised image, without the reverse process: a floor that any other mode should beat.</summary>
    ForwardNoiseOnly,

    /// <summary>The bare classifier: an attack that does not know of the defense.</summary>
    Blind,
}
