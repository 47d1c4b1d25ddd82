using Limpid.Classifiers;
using Limpid.Torch;

namespace Limpid.Training;

/// <summary>Mean cross-entropy, the labels smoothed: (1 − s)·(−log p_y) + s·mean_k(−log p_k) (Szegedy et al. 2016, section 7).</summary>
/// <param name="classifier">The classifier, its network in training mode.</param>
/// <param name="smoothing">s in [0,1).</param>
public sealed class CrossEntropyObjective(NetworkClassifier classifier, double smoothing = 0) : IBatchObjective
{
    /// <inheritdoc/>
    public Tensor Loss(TrainingBatch batch)
    {
        ArgumentNullException.ThrowIfNull(batch);
        using var scope = TensorScope.Begin();
        var logits = classifier.Forward(batch.Images, new ForwardPass { Noise = batch.Noise });
        return scope.Return(Of(logits, batch.Labels, smoothing));
    }

    internal static Tensor Of(Tensor logits, Tensor labels, double smoothing)
    {
        using var scope = TensorScope.Begin();
        var loss = Functional.CrossEntropy(logits, labels).Mean();
        return scope.Return(smoothing == 0 ? loss : (loss * (1 - smoothing)) - (Functional.LogSoftmax(logits, 1).Mean() * smoothing));
    }
}
