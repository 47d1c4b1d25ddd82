using Limpid.Torch;
using Limpid.Torch.Noise;

namespace Limpid.Detection;

/// <summary>A verdict for each image by itself, from its discrepancy to a stored set of clean images: mean(K_RR) − 2·mean_r k(r,y) + k(y,y) (EPS-AD, ICML 2023).</summary>
/// <remarks>
/// What DAD's batch gate cannot do: judge a batch of one, or one image among others. The score is the V-statistic between
/// the reference and a sample of size one. With <see cref="ScoreFeatures"/> this is EPS-AD; with <see cref="SemanticFeatures"/>
/// it is DAD's kernel put to single images. Cost: the feature network once, and one row of the kernel per image.
/// </remarks>
/// <param name="reference">The clean images, all of which are compared with.</param>
/// <param name="threshold">When an image counts as clean; see <see cref="Calibration.FitSample"/>.</param>
public sealed class SampleGate(CleanReference reference, SampleThreshold threshold) : IKernelDetector
{
    /// <inheritdoc/>
    public CleanReference Reference => reference;

    /// <inheritdoc/>
    public bool JudgesBatch => false;

    /// <summary>When an image counts as clean.</summary>
    public SampleThreshold Threshold => threshold;

    /// <inheritdoc/>
    public Tensor Score(Tensor images, INoise noise, CancellationToken cancellation = default)
    {
        using var scope = TensorScope.Begin();
        return scope.Return(ScoreOf(reference.Represent(images, noise, cancellation)));
    }

    /// <inheritdoc/>
    public double ThresholdFor(int images) => threshold.Value;

    /// <inheritdoc/>
    public Tensor ScoreOf(Represented tested) => ScoreOf(reference, tested);

    /// <summary>The scores [N] of represented images; k(y,y) is 1.</summary>
    internal static Tensor ScoreOf(CleanReference reference, Represented tested)
    {
        using var scope = TensorScope.Begin();
        return scope.Return(reference.Kernel.Gram(tested, reference.Data).Mean([1]) * -2 + (reference.MeanGram + 1));
    }
}
