using System.Globalization;
using Limpid.Torch;

namespace Limpid.Evaluation;

/// <summary>Two runs on the same images: who is right where the other is wrong.</summary>
/// <remarks>The unit is the image. Of several repetitions an image counts as right where more than half of them are, and the difference is that of the means.</remarks>
/// <param name="Count">Images that both runs have.</param>
/// <param name="BothRight">Right in both.</param>
/// <param name="OnlyFirst">Right in the first only.</param>
/// <param name="OnlySecond">Right in the second only.</param>
/// <param name="NeitherRight">Right in neither.</param>
/// <param name="Difference">Accuracy of the second less that of the first, −1…1.</param>
/// <param name="Low">Lower end of its 95 % interval (normal, over images).</param>
/// <param name="High">Upper end.</param>
/// <param name="PValue">Of the exact two-sided McNemar test.</param>
public sealed record PairedComparison(int Count, int BothRight, int OnlyFirst, int OnlySecond, int NeitherRight, double Difference, double Low, double High, double PValue)
{
    private const double Z = 1.959963984540054;

    /// <summary>Compares robust accuracy.</summary>
    public static PairedComparison Robust(IReadOnlyCollection<SampleRecord> first, IReadOnlyCollection<SampleRecord> second) =>
        Of(first, second, s => s.Adversarial == s.Label);

    /// <summary>Compares clean accuracy.</summary>
    public static PairedComparison Clean(IReadOnlyCollection<SampleRecord> first, IReadOnlyCollection<SampleRecord> second) =>
        Of(first, second, s => s.Clean == s.Label);

    /// <summary>Compares any yes-or-no question, over the samples that both runs have.</summary>
    /// <exception cref="InputException">They have none in common, or name different labels for one image.</exception>
    public static PairedComparison Of(IReadOnlyCollection<SampleRecord> first, IReadOnlyCollection<SampleRecord> second, Func<SampleRecord, bool> right)
    {
        ArgumentNullException.ThrowIfNull(first);
        var other = second.ToDictionary(s => s.Key);
        var pairs = first.Where(s => other.ContainsKey(s.Key)).Select(s => (A: s, B: other[s.Key])).ToList();
        if (pairs.Count == 0)
        {
            throw new InputException("the runs have no image in common: only runs on the same images can be compared");
        }
        if (pairs.Find(p => p.A.Label != p.B.Label) is { A: not null } odd)
        {
            throw new InputException($"image {odd.A.Index} has label {odd.A.Label} in one run and {odd.B.Label} in the other: they are not on the same data");
        }
        var images = pairs.GroupBy(p => p.A.Index).Select(image => (A: image.Average(p => right(p.A) ? 1.0 : 0), B: image.Average(p => right(p.B) ? 1.0 : 0))).ToList();
        int n = images.Count;
        int onlyFirst = images.Count(i => i.A > 0.5 && i.B <= 0.5), onlySecond = images.Count(i => i.B > 0.5 && i.A <= 0.5);
        double difference = images.Average(i => i.B - i.A);
        double variance = n > 1 ? images.Sum(i => Math.Pow(i.B - i.A - difference, 2)) / (n - 1) : 1;
        double half = Z * Math.Sqrt(variance / n);
        return new PairedComparison(n, images.Count(i => i.A > 0.5 && i.B > 0.5), onlyFirst, onlySecond, images.Count(i => i.A <= 0.5 && i.B <= 0.5),
            difference, Math.Max(-1, difference - half), Math.Min(1, difference + half), ExactMcNemar(onlyFirst, onlySecond));
    }

    /// <summary>The exact two-sided test that discordant images fall to either side with probability ½ (McNemar 1947).</summary>
    public static double ExactMcNemar(int onlyFirst, int onlySecond)
    {
        int discordant = onlyFirst + onlySecond;
        return discordant == 0 ? 1 : Math.Min(1, 2 * MathNet.Numerics.Distributions.Binomial.CDF(0.5, discordant, Math.Min(onlyFirst, onlySecond)));
    }

    /// <summary>Fit to print.</summary>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture,
        $"{Difference * 100:+0.0;-0.0;0.0} points [{Low * 100:+0.0;-0.0;0.0}, {High * 100:+0.0;-0.0;0.0}] n={Count}, only first {OnlyFirst}, only second {OnlySecond}, p{Chance}");

    private string Chance => PValue < 0.0005 ? "<0.001" : string.Create(CultureInfo.InvariantCulture, $"={PValue:0.###}");
}
