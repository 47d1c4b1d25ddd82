using Limpid.Torch;
using Limpid.Torch.Noise;

namespace Limpid.Detection;

/// <summary>Fits thresholds on clean validation images, so that a chosen share of clean images or batches is called adversarial.</summary>
/// <remarks>
/// The threshold is the ⌈(1−α)(n+1)⌉-th smallest of n clean scores: a new clean image that is drawn like the validation images
/// then exceeds it with probability α at most. Validation images must be neither in the reference nor test images.
/// </remarks>
public static class Calibration
{
    /// <summary>The threshold of single images.</summary>
    /// <param name="reference">What is compared with.</param>
    /// <param name="validation">Clean images [N,C,H,W] in [0,1], outside the reference.</param>
    /// <param name="noise">The noise of these rows.</param>
    /// <param name="falsePositiveRate">α in (0,1).</param>
    /// <param name="batch">Images at a time.</param>
    /// <exception cref="InputException">There are too few images for the rate, or they are of another size.</exception>
    public static SampleThreshold FitSample(CleanReference reference, Tensor validation, INoise noise, double falsePositiveRate = 0.05, int batch = 64)
    {
        ArgumentNullException.ThrowIfNull(reference);
        using var noGrad = GradMode.Off();
        var scores = new List<double>();
        foreach (int[] rows in Enumerable.Range(0, noise.Count).Chunk(batch))
        {
            using var scope = TensorScope.Begin();
            var seen = reference.Represent(validation.Slice(0, rows[0], rows[^1] + 1), noise.Rows(rows));
            scores.AddRange(SampleGate.ScoreOf(reference, seen).ToDoubles());
        }
        return new SampleThreshold(Quantile([.. scores], falsePositiveRate, "clean validation images"), falsePositiveRate, scores.Count);
    }

    /// <summary>The threshold of batches, from draws of clean batches out of the validation images.</summary>
    /// <param name="reference">What is compared with.</param>
    /// <param name="validation">Clean images [N,C,H,W] in [0,1], outside the reference; several batches of them.</param>
    /// <param name="noise">The noise of these rows; it also draws the batches.</param>
    /// <param name="batch">Images of a batch.</param>
    /// <param name="falsePositiveRate">α in (0,1).</param>
    /// <param name="draws">Batches drawn. They overlap: with few validation images the quantile is that of these images.</param>
    /// <param name="statistic">How the discrepancy is estimated.</param>
    /// <exception cref="InputException">There are too few images or draws, or they are of another size.</exception>
    public static BatchThreshold FitBatch(
        CleanReference reference, Tensor validation, INoise noise, int batch = 100, double falsePositiveRate = 0.05, int draws = 200,
        BatchStatistic statistic = BatchStatistic.Biased)
    {
        ArgumentNullException.ThrowIfNull(reference);
        int count = noise.Count;
        if (batch < 1 || count < batch)
        {
            throw new InputException($"batches of {batch} cannot be drawn from {count} clean validation images: give more, or choose smaller batches");
        }
        using var noGrad = GradMode.Off();
        using var scope = TensorScope.Begin();
        // The first call checks the size of the images.
        _ = reference.Represent(validation.Slice(0, 0, 1), noise.Rows([0]));
        var seen = CleanReference.RepresentAll(reference.View, validation, noise);
        var clean = reference.Data.Slice(0, Math.Min(batch, reference.Count));
        var blocks = reference.Kernel.Blocks(clean, seen);
        var scores = new double[draws];
        for (int k = 0; k < draws; k++)
        {
            using var inner = TensorScope.Begin();
            float[] keys = noise.Uniform(NoisePurpose.Resampled, k, [1]).ToFloats();
            long[] rows = [.. Enumerable.Range(0, count).OrderBy(i => keys[i]).Take(batch).Select(i => (long)i)];
            var chosen = Tensor.From(rows, rows.Length).To(seen.Features.Device);
            var drawn = blocks with { Tested = blocks.Tested.IndexSelect(0, chosen).IndexSelect(1, chosen), Cross = blocks.Cross.IndexSelect(1, chosen) };
            scores[k] = (statistic == BatchStatistic.Biased ? MaximumMeanDiscrepancy.Biased(drawn) : MaximumMeanDiscrepancy.Unbiased(drawn)).Item();
        }
        return new BatchThreshold(Quantile(scores, falsePositiveRate, "draws of clean batches"), batch) { FalsePositiveRate = falsePositiveRate };
    }

    /// <summary>The ⌈(1−α)(n+1)⌉-th smallest score.</summary>
    internal static double Quantile(double[] scores, double falsePositiveRate, string what)
    {
        if (falsePositiveRate is not (> 0 and < 1))
        {
            throw new InputException($"a false positive rate lies between 0 and 1, not {falsePositiveRate}");
        }
        int place = (int)Math.Ceiling((1 - falsePositiveRate) * (scores.Length + 1) - 1e-9);
        if (place > scores.Length)
        {
            throw new InputException($"a false positive rate of {falsePositiveRate} needs at least {Math.Ceiling(1 / falsePositiveRate - 1)} {what}, not {scores.Length}");
        }
        Array.Sort(scores);
        return scores[place - 1];
    }
}
