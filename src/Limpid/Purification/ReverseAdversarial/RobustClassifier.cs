using Limpid.Classifiers;
using Limpid.Purification.Networks;
using Limpid.Torch;

namespace Limpid.Purification.ReverseAdversarial;

/// <summary>RAP's robust classifier φ∘f: a frozen classifier behind the adapter at the constant T, as it is deployed and attacked (seed paper, §3.3).</summary>
/// <remarks>φ(clamp(f(2x − 1, T)/2 + 1/2, 0, 1)); differentiable. Owns neither network.</remarks>
/// <param name="adapter">f.</param>
/// <param name="classifier">φ.</param>
public sealed class RobustClassifier(RapAdapter adapter, IClassifier classifier) : IClassifier
{
    /// <inheritdoc/>
    public int ClassCount => classifier.ClassCount;

    /// <inheritdoc/>
    public Tensor Logits(Tensor images)
    {
        using var scope = TensorScope.Begin();
        return scope.Return(classifier.Logits(Chain.ToPixels(adapter.Forward(images * 2 - 1), clamp: true)));
    }
}
