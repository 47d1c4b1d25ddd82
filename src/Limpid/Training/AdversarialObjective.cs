using Limpid.Classifiers;
using Limpid.Torch;

namespace Limpid.Training;

/// <summary>PGD-AT: mean cross-entropy on adversarial images only, min_θ E max_{‖δ‖≤ε} CE(f_θ(x + δ), y) (Madry et al., ICLR 2018, eq. 2.1).</summary>
/// <remarks>The adversarial images are constants when the gradient is taken (Danskin's theorem, appendix A there).</remarks>
/// <param name="classifier">The classifier, its network in training mode.</param>
/// <param name="inner">The search for the images.</param>
/// <param name="smoothing">Label smoothing in [0,1); 0 as published.</param>
public sealed class AdversarialObjective(NetworkClassifier classifier, InnerMaximization inner, double smoothing = 0) : IBatchObjective
{
    /// <inheritdoc/>
    public Tensor Loss(TrainingBatch batch)
    {
        ArgumentNullException.ThrowIfNull(batch);
        using var scope = TensorScope.Begin();
        var adversarial = inner.OfCrossEntropy(batch);
        var logits = classifier.Forward(adversarial, new ForwardPass { Noise = batch.Noise });
        return scope.Return(CrossEntropyObjective.Of(logits, batch.Labels, smoothing));
    }
}
