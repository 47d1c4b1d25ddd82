using Limpid.Classifiers;
using Limpid.Torch;
using Limpid.Torch.Noise;

namespace Limpid.Training;

/// <summary>TRADES: mean of CE(f(x), y) + β·max_{‖x'−x‖≤ε} KL(p(x) ‖ p(x')), p the softmax of f (Zhang et al., ICML 2019, eq. 5).</summary>
/// <remarks>
/// β trades clean for robust accuracy; 6 on CIFAR-10 in the paper. The gradient passes through both sides of the divergence,
/// as in the authors' code. Clean and adversarial images go through the network apart, each with its own batch statistics.
/// </remarks>
/// <param name="classifier">The classifier, its network in training mode.</param>
/// <param name="inner">The search for x'.</param>
/// <param name="beta">β, at least 0; at 0 this is cross-entropy on clean images.</param>
/// <param name="smoothing">Label smoothing of the first term in [0,1); 0 as published.</param>
public sealed class TradesObjective(NetworkClassifier classifier, InnerMaximization inner, double beta = 6, double smoothing = 0) : IBatchObjective
{
    /// <inheritdoc/>
    public Tensor Loss(TrainingBatch batch)
    {
        ArgumentNullException.ThrowIfNull(batch);
        using var scope = TensorScope.Begin();
        var adversarial = inner.OfDivergence(batch);
        var clean = classifier.Forward(batch.Images, new ForwardPass { Noise = batch.Noise });
        var other = classifier.Forward(adversarial, new ForwardPass { Noise = batch.Noise.Branch(NoisePurpose.Draw, 1) });
        return scope.Return(CrossEntropyObjective.Of(clean, batch.Labels, smoothing) + Divergence(clean, other).Mean() * beta);
    }

    /// <summary>KL(softmax(a) ‖ softmax(b)) per row: logits [N,K] each → [N], differentiable in both.</summary>
    public static Tensor Divergence(Tensor a, Tensor b)
    {
        using var scope = TensorScope.Begin();
        var logA = Functional.LogSoftmax(a, 1);
        return scope.Return((logA.Exp() * (logA - Functional.LogSoftmax(b, 1))).Sum([1]));
    }
}
