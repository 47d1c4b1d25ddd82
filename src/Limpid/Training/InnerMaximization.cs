using Limpid.Attacks;
using Limpid.Classifiers;
using Limpid.Defenses;
using Limpid.Torch;
using Limpid.Torch.Noise;

namespace Limpid.Training;

/// <summary>The search of adversarial training for images of high loss: projected gradient ascent on the network as it is now.</summary>
/// <remarks>
/// The network is in evaluation mode meanwhile, as in TRADES, and in training mode after: batch normalization then uses
/// running statistics, so that an image's perturbation does not depend on its batch (Pang et al., ICLR 2021, find this
/// better for PGD-AT too; Madry et al. crafted in training mode). Cost: <see cref="AdversarialTrainingOptions.Steps"/> gradients.
/// </remarks>
/// <param name="classifier">The classifier that is trained.</param>
/// <param name="threat">Norm and radius.</param>
/// <param name="options">Steps.</param>
public sealed class InnerMaximization(NetworkClassifier classifier, Threat threat, AdversarialTrainingOptions options)
{
    private const double Nudge = 0.001; // of the code of TRADES

    private readonly ClassifierTarget target = new(classifier);
    private readonly double stepSize = options.StepFor(threat);

    /// <summary>Images of high cross-entropy within the ball around those of a batch [N,C,H,W], no history.</summary>
    public Tensor OfCrossEntropy(TrainingBatch batch)
    {
        ArgumentNullException.ThrowIfNull(batch);
        return Evaluating(() => Ascend(batch, AttackLosses.CrossEntropy, nudged: false));
    }

    /// <summary>Images whose predictions differ most from those of the batch's own images, KL(p(x) ‖ p(x')), no history.</summary>
    public Tensor OfDivergence(TrainingBatch batch)
    {
        ArgumentNullException.ThrowIfNull(batch);
        return Evaluating(() =>
        {
            var own = classifier.Logits(batch.Images);
            return Ascend(batch, (logits, _) => TradesObjective.Divergence(own, logits), nudged: true);
        });
    }

    private Tensor Evaluating(Func<Tensor> search)
    {
        bool wasTraining = classifier.Network.IsTraining;
        using var noGrad = GradMode.Off();
        using var scope = TensorScope.Begin();
        classifier.Network.Train(false);
        try
        {
            return scope.Return(search());
        }
        finally
        {
            classifier.Network.Train(wasTraining);
        }
    }

    private Tensor Ascend(TrainingBatch batch, SampleLoss loss, bool nudged)
    {
        double share = options.ShareAt(batch.Step);
        var noise = batch.Noise.Branch(NoisePurpose.Craft, 0);
        var geometry = (threat with { Epsilon = threat.Epsilon * share }).Geometry();
        var x = Start(batch.Images, geometry, nudged, noise);
        for (int k = 0; k < options.Steps; k++)
        {
            using var step = TensorScope.Begin();
            var (_, gradient, _) = target.LossAndGradient(x, batch.Labels, loss, noise.Branch(NoisePurpose.Iteration, k));
            var next = step.Return(geometry.Project(geometry.Step(x, gradient, stepSize * share), batch.Images));
            x.Dispose();
            x = next;
        }
        return x;
    }

    private Tensor Start(Tensor images, INormGeometry geometry, bool nudged, INoise noise)
    {
        if (options.RandomStart)
        {
            return geometry.RandomStart(images, noise);
        }
        return nudged ? images + noise.Normal(NoisePurpose.AttackStart, 0, images.Shape[1..], images.Device).To(images.DType) * Nudge : images.Clone();
    }
}
