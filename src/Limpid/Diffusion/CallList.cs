namespace Limpid.Diffusion;

/// <summary>At which indices a reverse process calls the network.</summary>
public static class CallList
{
    /// <summary>Every index from t − 1 to 0, descending.</summary>
    public static StepIndex[] All(StepCount count) => Even(count, count.Value);

    /// <summary>At most m indices ⌊j·t/m⌋ − 1, j = m … 1, descending: what m calls leave of t steps.</summary>
    /// <remarks>
    /// The list always starts at t − 1, so that the noise an image received is the noise its first call expects. Where m
    /// divides t it is the list of Lee &amp; Kim 2023 (GNS); where not, theirs starts lower than the image was noised to.
    /// Repeated indices are dropped, so there are never more calls than steps.
    /// </remarks>
    /// <param name="count">t ≥ 0.</param>
    /// <param name="calls">m ≥ 1, unless t is 0.</param>
    public static StepIndex[] Even(StepCount count, int calls)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(count.Value, nameof(count));
        if (count.Value == 0)
        {
            return [];
        }
        ArgumentOutOfRangeException.ThrowIfLessThan(calls, 1);
        int m = Math.Min(calls, count.Value);
        return [.. Enumerable.Range(0, m).Select(k => new StepCount((int)((m - k) * (long)count.Value / m)).Index)];
    }
}
