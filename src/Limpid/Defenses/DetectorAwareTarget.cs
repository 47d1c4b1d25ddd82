using Limpid.Attacks;
using Limpid.Detection;
using Limpid.Torch;
using Limpid.Torch.Noise;

namespace Limpid.Defenses;

/// <summary>What an attacker who knows the detector does with its score.</summary>
public enum DetectorTerm
{
    /// <summary>Raises it, as DAD's own adaptive attack does: that pushes the batch toward detection and denoising.</summary>
    Raise,

    /// <summary>Lowers it: the attacker who wants to pass.</summary>
    Evade,

    /// <summary>Lowers it only while it exceeds the threshold less a margin; then all effort goes to the classifier.</summary>
    Pass,
}

/// <summary>A target whose loss also holds the score d of a detector: ±d + α·loss, or −max(d − t + margin, 0) + α·loss (DAD, ICML 2025, algorithm 3).</summary>
/// <remarks>
/// DAD's white-box attack is <see cref="Pgd"/> on this target with <see cref="DetectorTerm.Raise"/>, α = 0.01, 200 steps of
/// 2/255 and 20 draws. After the sign of the gradient the discrepancy dominates it; the evading forms are the stronger ones
/// where the gate can be passed. A detector that judges batches makes a row's gradient depend on the batch: hand it whole batches.
/// </remarks>
/// <param name="inner">The defense, or the branch of it to break.</param>
/// <param name="detector">The detector as the attacker has it: with the defender's reference, or with clean images of his own.</param>
public sealed class DetectorAwareTarget(ITarget inner, IDetector detector) : ITarget
{
    /// <summary>What is done with the score.</summary>
    public DetectorTerm Term { get; init; } = DetectorTerm.Raise;

    /// <summary>α: weight of the classifier's loss, above 0.</summary>
    public double LossWeight { get; init => field = Require.Positive(value, "loss weight"); } = 0.01;

    /// <summary>How far below the threshold <see cref="DetectorTerm.Pass"/> goes, at least 0.</summary>
    public double Margin { get; init => field = Require.AtLeast(value, 0, "margin"); } = 0.005;

    /// <summary>Stops a query between two network calls of the detector; the target within has a token of its own.</summary>
    public CancellationToken Cancellation { get; init; }

    /// <inheritdoc/>
    public Tensor Logits(Tensor images, INoise noise) => inner.Logits(images, noise);

    /// <inheritdoc/>
    public TargetGradient LossAndGradient(Tensor images, Tensor labels, SampleLoss loss, INoise noise)
    {
        using var scope = TensorScope.Begin();
        var (losses, gradient, logits) = inner.LossAndGradient(images, labels, loss, noise);
        using var grad = GradMode.On();
        var x = images.AsVariable();
        // One value per row, so that a batch's discrepancy weighs against the mean of its losses.
        var terms = Of(detector.Score(x, noise, Cancellation), detector.ThresholdFor(noise.Count)).Expand(noise.Count);
        var direct = Gradient.Of(terms.Sum(), x);
        return new TargetGradient(
            scope.Return((terms + losses * LossWeight).Detach()),
            scope.Return((direct + gradient * LossWeight).Detach()),
            scope.Return(logits));
    }

    private Tensor Of(Tensor score, double threshold) => Term switch
    {
        DetectorTerm.Raise => score,
        DetectorTerm.Evade => -score,
        _ => -(score - threshold + Margin).Relu(),
    };
}
