using Limpid.Torch;
using Limpid.Torch.Noise;

namespace Limpid.Detection;

/// <summary>DAD's gate (ICML 2025, §4): one verdict for a whole batch, from its discrepancy to as many clean images.</summary>
/// <remarks>
/// All or nothing: one adversarial image among clean ones passes, one clean image among adversarial ones is denoised. Below
/// some fifty images the published threshold calls clean batches adversarial (<see cref="Concern"/>); for single images see
/// <see cref="SampleGate"/>. Cost: the feature network once, and kernels of n² numbers.
/// </remarks>
/// <param name="reference">The clean images; the first n of them are compared with a batch of n.</param>
/// <param name="threshold">When a batch counts as clean; DAD's 0.05 unless given.</param>
public sealed class BatchGate(CleanReference reference, BatchThreshold? threshold = null) : IKernelDetector
{
    private const int SmallBatch = 50;

    private readonly BatchThreshold threshold = threshold ?? new BatchThreshold();

    /// <summary>How the discrepancy is estimated.</summary>
    public BatchStatistic Statistic { get; init; } = BatchStatistic.Biased;

    /// <inheritdoc/>
    public CleanReference Reference => reference;

    /// <inheritdoc/>
    public bool JudgesBatch => true;

    /// <inheritdoc/>
    /// <exception cref="InputException">Another size of image; for the U-statistic also a batch of one, or larger than the reference.</exception>
    public Tensor Score(Tensor images, INoise noise, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(images);
        using var scope = TensorScope.Begin();
        return scope.Return(ScoreOf(reference.Represent(images, noise, cancellation)));
    }

    /// <inheritdoc/>
    public Tensor ScoreOf(Represented tested)
    {
        using var scope = TensorScope.Begin();
        var blocks = reference.Kernel.Blocks(reference.Data.Slice(0, Compared(tested.Count)), tested);
        var value = Statistic == BatchStatistic.Biased ? MaximumMeanDiscrepancy.Biased(blocks) : MaximumMeanDiscrepancy.Unbiased(blocks);
        return scope.Return(value.Reshape(1));
    }

    /// <inheritdoc/>
    public double ThresholdFor(int images) =>
        Statistic == BatchStatistic.Biased ? threshold.At(images, Compared(images), reference.MeanKernel) : threshold.Value;

    /// <summary>One line on why batches of this size should not be judged with this threshold; null where nothing speaks against it.</summary>
    public string? Concern(int images)
    {
        if (images >= SmallBatch || threshold.IsCorrected || Statistic == BatchStatistic.Unbiased || (threshold.FalsePositiveRate is not null && threshold.Batch == images))
        {
            return null;
        }
        double expected = (1.0 / images + 1.0 / Compared(images)) * (1 - reference.MeanKernel);
        return $"batches of {images} are judged with a threshold of {threshold.Value:G3} for batches of {threshold.Batch}, while clean batches of {images} score {expected:G3} on average: correct or calibrate the threshold, or use the gate for single images";
    }

    private int Compared(int tested) => Math.Min(tested, reference.Count);
}
