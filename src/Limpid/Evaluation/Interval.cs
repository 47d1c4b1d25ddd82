using System.Globalization;

namespace Limpid.Evaluation;

/// <summary>A share with its 95 % confidence interval.</summary>
/// <param name="Value">The share, 0…1.</param>
/// <param name="Low">Lower end.</param>
/// <param name="High">Upper end.</param>
/// <param name="Count">Number of independent trials behind it: images, never images times repetitions.</param>
public readonly record struct Interval(double Value, double Low, double High, int Count)
{
    private const double Z = 1.959963984540054; // 97.5 % quantile of the standard normal

    /// <summary>Wilson's score interval (JASA 1927).</summary>
    /// <param name="share">Share of successes, 0…1. A mean of several looks at each trial makes the interval conservative.</param>
    /// <param name="count">Number of trials; 0 gives the whole of [0,1] around NaN.</param>
    public static Interval Wilson(double share, int count)
    {
        if (count == 0)
        {
            return new Interval(double.NaN, 0, 1, 0);
        }
        double n = count, zz = Z * Z;
        double center = (share + zz / (2 * n)) / (1 + zz / n);
        double half = Z / (1 + zz / n) * Math.Sqrt(share * (1 - share) / n + zz / (4 * n * n));
        // At 0 and n the interval touches the end exactly; rounding must not push it past.
        return new Interval(share, share <= 0 ? 0 : Math.Max(0, center - half), share >= 1 ? 1 : Math.Min(1, center + half), count);
    }

    /// <summary>Fit to print: <c>41.2 % [36.4, 46.1] n=400</c>.</summary>
    public override string ToString() => Count == 0
        ? "none"
        : string.Create(CultureInfo.InvariantCulture, $"{Value * 100:0.0} % [{Low * 100:0.0}, {High * 100:0.0}] n={Count}");
}
