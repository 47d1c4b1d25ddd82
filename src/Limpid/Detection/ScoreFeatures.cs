using Limpid.Detection.Networks;
using Limpid.Diffusion;
using Limpid.Torch;
using Limpid.Torch.Noise;

namespace Limpid.Detection;

/// <summary>A vector per image, such as its expected perturbation score: [N,C,H,W] from images [N,C,H,W] in [0,1].</summary>
public delegate Tensor ImageVector(Tensor images, INoise noise, CancellationToken cancellation);

/// <summary>EPS-AD's representation (Zhang et al., ICML 2023): the expected perturbation score in place of the pixels, a small network over it for features.</summary>
/// <param name="score">The score's vector; each image costs a network call per level.</param>
/// <param name="featurizer">The feature network; it stays the caller's.</param>
/// <param name="scoreFingerprint">Identifies the diffusion network and the horizon behind the score.</param>
public sealed class ScoreFeatures(ImageVector score, StridedFeaturizer featurizer, string scoreFingerprint) : IRepresentation
{
    /// <inheritdoc/>
    public string Fingerprint { get; } = $"{NetworkFingerprint.Of(featurizer)}/{scoreFingerprint}";

    /// <inheritdoc/>
    public Represented Represent(Tensor images, INoise noise, CancellationToken cancellation = default)
    {
        using var scope = TensorScope.Begin();
        var vector = score(images, noise, cancellation);
        return new Represented(scope.Return(featurizer.Forward(vector)), scope.Return(vector));
    }
}
