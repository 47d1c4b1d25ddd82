using Limpid.Diffusion;

namespace Limpid.Purification;

/// <summary>The steps of a batch whose samples are diffused to levels of their own.</summary>
/// <remarks>
/// Samples end together: the last step takes every sample to the clean image, and a sample with fewer calls joins later.
/// So with unit stride all samples of a step are at the same index, and a sample that has not joined costs nothing.
/// </remarks>
public static class ReverseChain
{
    /// <summary>Noise up, then reverse steps down to the clean image.</summary>
    /// <param name="schedule">The schedule.</param>
    /// <param name="counts">How far each sample is diffused; 0 leaves it alone.</param>
    /// <param name="calls">Network calls per sample at most; null calls at every index.</param>
    /// <param name="reverse">Makes the step from indices to smaller ones, of the samples concerned.</param>
    /// <param name="extraNoise">Steps of noise beyond those that are removed.</param>
    public static IEnumerable<IChainStep> Steps(
        NoiseSchedule schedule, StepCount[] counts, int? calls, Func<StepIndex[], StepIndex[], IChainStep> reverse, int extraNoise = 0)
    {
        ArgumentNullException.ThrowIfNull(counts);
        int n = counts.Length;
        int[] noised = [.. Enumerable.Range(0, n).Where(row => counts[row].Value > 0)];
        if (noised.Length > 0)
        {
            yield return RowsStep.Of(noised, n, new ForwardStep(schedule, [.. noised.Select(row => new StepIndex(counts[row].Index.Value + extraNoise))]));
        }
        var lists = Array.ConvertAll(counts, count => calls is { } m ? CallList.Even(count, m) : CallList.All(count));
        int length = lists.Max(list => list.Length);
        for (int remaining = length; remaining > 0; remaining--)
        {
            int[] rows = [.. Enumerable.Range(0, n).Where(row => lists[row].Length >= remaining)];
            StepIndex[] from = [.. rows.Select(row => lists[row][^remaining])];
            StepIndex[] to = [.. rows.Select(row => remaining == 1 ? StepIndex.Clean : lists[row][^(remaining - 1)])];
            yield return RowsStep.Of(rows, n, reverse(from, to));
        }
    }
}
