namespace Limpid.Purification;

/// <summary>Which curve leads from a score norm to a noise level.</summary>
public enum ScoreNormCurve
{
    /// <summary>SSNI-N: a sigmoid around the clean mean.</summary>
    Sigmoid,

    /// <summary>SSNI-L: a straight line between the clean extremes, which the image itself may widen.</summary>
    Linear,
}

/// <summary>From the norm e of an image's score to its noise level t(x): SSNI, equations 8 and 9.</summary>
/// <remarks>
/// The paper writes the bias of SSNI-N inside, (t* + b)·σ(·); the authors' later slides add it outside, t*·σ(·) + b. The
/// later one is the default.
/// </remarks>
public sealed record ScoreNormRule
{
    /// <summary>The curve.</summary>
    public ScoreNormCurve Curve { get; init; } = ScoreNormCurve.Sigmoid;

    /// <summary>τ of the sigmoid in units of the norm, above 0. Tuned by the authors on CIFAR-10.</summary>
    public double Temperature { get; init; } = 20;

    /// <summary>τ as a share of the clean mean, 0.03 to 0.05 for other resolutions or networks; in place of <see cref="Temperature"/>.</summary>
    public double? RelativeTemperature { get; init; }

    /// <summary>b, in steps.</summary>
    public double Bias { get; init; }

    /// <summary>Whether the sigmoid multiplies the bias too.</summary>
    public bool BiasInside { get; init; }

    /// <summary>t(x), not rounded.</summary>
    /// <param name="norm">e.</param>
    /// <param name="shared">t*.</param>
    /// <param name="clean">Norms of clean images.</param>
    public double Level(double norm, double shared, ScoreNormStatistics clean)
    {
        if (double.IsNaN(norm))
        {
            throw new ArgumentOutOfRangeException(nameof(norm), norm, "a score norm is not a number: the network or the image is broken");
        }
        return Curve == ScoreNormCurve.Linear ? Linear(norm, shared, clean) : Sigmoid(norm, shared, clean);
    }

    internal void Check()
    {
        double tau = RelativeTemperature ?? Temperature;
        if (!(tau > 0) || !double.IsFinite(tau))
        {
            throw new ArgumentOutOfRangeException(nameof(Temperature), tau, "the temperature of SSNI must be above 0");
        }
        if (!double.IsFinite(Bias))
        {
            throw new ArgumentOutOfRangeException(nameof(Bias), Bias, "the bias of SSNI must be a number");
        }
    }

    private double Linear(double norm, double shared, ScoreNormStatistics clean)
    {
        double least = Math.Min(norm, clean.Minimum), greatest = Math.Max(norm, clean.Maximum);
        double share = double.IsPositiveInfinity(norm) || greatest == least ? 1 : (norm - least) / (greatest - least);
        return (share * shared) + Bias;
    }

    private double Sigmoid(double norm, double shared, ScoreNormStatistics clean)
    {
        double tau = RelativeTemperature is { } share ? share * clean.Mean : Temperature;
        double sigmoid = 1 / (1 + Math.Exp(-(norm - clean.Mean) / tau));
        return BiasInside ? (shared + Bias) * sigmoid : (shared * sigmoid) + Bias;
    }
}
