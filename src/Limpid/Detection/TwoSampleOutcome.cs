namespace Limpid.Detection;

/// <summary>What a two-sample test found.</summary>
/// <param name="Statistic">The observed discrepancy.</param>
/// <param name="Critical">The discrepancy that resampling exceeds with the test's level.</param>
/// <param name="PValue">(1 + resamplings that reach the observed value) / (1 + resamplings).</param>
/// <param name="Level">The level asked for.</param>
public sealed record TwoSampleOutcome(double Statistic, double Critical, double PValue, double Level)
{
    /// <summary>Whether the batches are taken to be of two distributions.</summary>
    public bool IsRejected => PValue <= Level;

    internal static TwoSampleOutcome Of(double statistic, double[] resampled, double level)
    {
        Array.Sort(resampled);
        int reached = resampled.Count(value => value >= statistic);
        int place = Math.Min(resampled.Length - 1, (int)Math.Ceiling((1 - level) * resampled.Length));
        return new TwoSampleOutcome(statistic, resampled[place], (1.0 + reached) / (1 + resampled.Length), level);
    }
}
