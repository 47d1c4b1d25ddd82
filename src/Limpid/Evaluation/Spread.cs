namespace Limpid.Evaluation;

/// <summary>Mean, extremes and number of some measurements.</summary>
/// <param name="Mean">Mean.</param>
/// <param name="Min">Smallest.</param>
/// <param name="Max">Largest.</param>
/// <param name="Count">How many.</param>
public sealed record Spread(double Mean, double Min, double Max, int Count)
{
    /// <summary>Of the samples that have the measurement; null where none has.</summary>
    internal static Spread? Of(IEnumerable<SampleRecord> samples, Func<SampleRecord, double?> measure)
    {
        double[] values = [.. samples.Select(measure).OfType<double>()];
        return values.Length == 0 ? null : new Spread(values.Average(), values.Min(), values.Max(), values.Length);
    }
}
