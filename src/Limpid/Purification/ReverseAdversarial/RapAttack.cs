using Limpid.Classifiers;
using Limpid.Torch;

namespace Limpid.Purification.ReverseAdversarial;

/// <summary>D(x̂₀, s): s steps of attack on an estimate of the clean image, away from the class that the classifier sees in it, without a random start.</summary>
/// <remarks>Images in [−1,1]. Straight-through: results are constants, to be added to what carries the gradient.</remarks>
internal sealed class RapAttack(AdversarialProcess process, IClassifier classifier)
{
    /// <summary>D(x̂₀, 0) … D(x̂₀, steps), without history; the first is x̂₀ limited to [−1,1].</summary>
    public Tensor[] States(Tensor estimate, int steps)
    {
        using var noGrad = GradMode.Off();
        using var scope = TensorScope.Begin();
        var pixels = Chain.ToPixels(estimate.Detach(), clamp: true);
        var classes = classifier.Logits(pixels).ArgMax(1);
        var states = new Tensor[steps + 1];
        foreach (var (k, state) in process.States(pixels, pixels, classes, steps).Index())
        {
            states[k] = scope.Return(state * 2 - 1);
        }
        return states;
    }
}
