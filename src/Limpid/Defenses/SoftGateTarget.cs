using Limpid.Attacks;
using Limpid.Classifiers;
using Limpid.Detection;
using Limpid.Purification;
using Limpid.Torch;
using Limpid.Torch.Noise;

namespace Limpid.Defenses;

/// <summary>A gated defense with a gate that has a gradient: logits (1−p)·h(x) + p·h(g(x)), p = sigmoid((d − t)/T).</summary>
/// <remarks>
/// The relaxation "soft gate": for crafting only; what is crafted is judged on the defense itself. Cost of a gradient: both
/// branches and the detector.
/// </remarks>
/// <param name="classifier">What is defended.</param>
/// <param name="gate">The detector.</param>
/// <param name="purifier">What is gated, without the gate.</param>
public sealed class SoftGateTarget(IClassifier classifier, IDetector gate, IPurifier purifier) : ITarget
{
    /// <summary>T as a share of the threshold's absolute value, above 0.</summary>
    public double Temperature { get; init => field = Require.Positive(value, "temperature"); } = 0.1;

    /// <summary>Stops a query between two network calls.</summary>
    public CancellationToken Cancellation { get; init; }

    /// <inheritdoc/>
    public Tensor Logits(Tensor images, INoise noise)
    {
        using var noGrad = GradMode.Off();
        using var scope = TensorScope.Begin();
        using var plan = purifier.Plan(images, noise, Cancellation);
        return scope.Return(Mix(images, Chain.Run(plan, images, noise, Cancellation), noise));
    }

    /// <inheritdoc/>
    public TargetGradient LossAndGradient(Tensor images, Tensor labels, SampleLoss loss, INoise noise)
    {
        using var scope = TensorScope.Begin();
        using var plan = purifier.Plan(images, noise, Cancellation);
        using var trace = Chain.Trace(plan, images, noise, Cancellation);
        using var grad = GradMode.On();
        var (direct, purified) = (images.AsVariable(), trace.Output.AsVariable());
        var logits = Mix(direct, purified, noise);
        var losses = loss(logits, labels);
        var gradients = Gradient.Of([losses.Sum()], [direct, purified]);
        return new TargetGradient(
            scope.Return(losses.Detach()),
            scope.Return((gradients[0]! + trace.Pullback(gradients[1]!, Cancellation)).Detach()),
            scope.Return(logits.Detach()));
    }

    private Tensor Mix(Tensor direct, Tensor purified, INoise noise)
    {
        using var scope = TensorScope.Begin();
        double threshold = gate.ThresholdFor(noise.Count);
        double width = Math.Max(Temperature * Math.Abs(threshold), 1e-6);
        var p = ((gate.Score(direct, noise, Cancellation) - threshold) / width).Sigmoid().Unsqueeze(1);
        return scope.Return((1 - p) * classifier.Logits(direct) + p * classifier.Logits(purified));
    }
}
