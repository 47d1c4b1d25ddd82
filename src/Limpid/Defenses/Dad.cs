using Limpid.Classifiers;
using Limpid.Detection;
using Limpid.Purification;
using Limpid.Purification.Networks;

namespace Limpid.Defenses;

/// <summary>DAD: distributional-discrepancy adversarial defense (Zhang et al., ICML 2025): what a gate calls adversarial is denoised before it is classified.</summary>
public static class Dad
{
    /// <summary>Images that the authors judge together.</summary>
    public const int Batch = 100;

    /// <summary>The defense; any detector can be the gate.</summary>
    /// <param name="classifier">What is defended.</param>
    /// <param name="gate"><see cref="BatchGate"/> as published, or <see cref="SampleGate"/> for images one by one.</param>
    /// <param name="denoiser">The denoiser in evaluation mode.</param>
    public static Defense Create(IClassifier classifier, IDetector gate, DadDenoiser denoiser) =>
        new(classifier, new GatedPurifier(gate, new DenoiserPurifier(denoiser))) { BatchSize = Batch };
}
