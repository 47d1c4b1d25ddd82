namespace Limpid.Evaluation;

/// <summary>An accuracy over images, with its interval and its spread over repetitions.</summary>
/// <param name="Value">Mean over images of each image's mean over repetitions, 0…1.</param>
/// <param name="Low">Lower end of the 95 % interval (Wilson, over images).</param>
/// <param name="High">Upper end.</param>
/// <param name="Count">Number of images; repetitions of an image are not independent trials.</param>
/// <param name="Std">Standard deviation over repetitions (n − 1); null for one repetition.</param>
/// <param name="StdPopulation">The same with n, the form of some published tables.</param>
/// <param name="PerRepetition">The accuracy of each repetition; null for one.</param>
public sealed record Accuracy(double Value, double Low, double High, int Count, double? Std, double? StdPopulation, IReadOnlyList<double>? PerRepetition)
{
    /// <summary>The interval.</summary>
    [System.Text.Json.Serialization.JsonIgnore]
    public Interval Interval => new(Value, Low, High, Count);

    /// <summary>Fit to print.</summary>
    public override string ToString() => Interval.ToString();

    /// <summary>From how right each sample was, 0…1.</summary>
    internal static Accuracy Of(IEnumerable<SampleRecord> samples, Func<SampleRecord, double> right)
    {
        var scored = samples.Select(sample => (sample.Index, sample.Repetition, Right: right(sample))).ToList();
        double[] perImage = [.. scored.GroupBy(s => s.Index).Select(image => image.Average(s => s.Right))];
        double[] perRepetition = [.. scored.GroupBy(s => s.Repetition).OrderBy(r => r.Key).Select(r => r.Average(s => s.Right))];
        var interval = Evaluation.Interval.Wilson(perImage.Length == 0 ? 0 : perImage.Average(), perImage.Length);
        int n = perRepetition.Length;
        double squares = n > 1 ? perRepetition.Sum(r => Math.Pow(r - perRepetition.Average(), 2)) : 0;
        return new Accuracy(interval.Value, interval.Low, interval.High, interval.Count,
            n > 1 ? Math.Sqrt(squares / (n - 1)) : null,
            n > 1 ? Math.Sqrt(squares / n) : null,
            n > 1 ? perRepetition : null);
    }
}
