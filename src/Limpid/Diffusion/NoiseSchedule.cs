namespace Limpid.Diffusion;

/// <summary>A discrete variance-preserving schedule: betas and everything derived from them, in double precision.</summary>
/// <remarks>
/// Symbols of Ho et al. 2020: β_i, α_i = 1 − β_i, ᾱ_i = Π α; β̃_i is the variance of q(x_{i−1} | x_i, x_0).
/// Tables are indexed by <see cref="StepIndex"/>; ᾱ of the clean image is 1.
/// </remarks>
public sealed class NoiseSchedule
{
    private readonly double[] betas;
    private readonly double[] alphaBars;
    private readonly int[] labels;

    private NoiseSchedule(double[] betas, int[] labels)
    {
        this.betas = betas;
        this.labels = labels;
        alphaBars = new double[betas.Length];
        double product = 1;
        for (int i = 0; i < betas.Length; i++)
        {
            if (!(betas[i] > 0 && betas[i] <= 1))
            {
                throw new ArgumentOutOfRangeException(nameof(betas), betas[i], $"beta {i} must be above 0 and at most 1");
            }
            alphaBars[i] = product *= 1 - betas[i];
        }
    }

    /// <summary>Ho et al. 2020: 1000 steps, β from 1e-4 to 0.02, linear.</summary>
    public static NoiseSchedule Linear1000 { get; } = Linear(1000);

    /// <summary>Nichol &amp; Dhariwal 2021: 1000 steps of the cosine schedule.</summary>
    public static NoiseSchedule Cosine1000 { get; } = Cosine(1000);

    /// <summary>Number of steps T.</summary>
    public int Steps => betas.Length;

    /// <summary>The count that reaches the noisiest level.</summary>
    public StepCount Longest => new(Steps);

    /// <summary>β_0 … β_{T−1}.</summary>
    public IReadOnlyList<double> Betas => betas;

    /// <summary>ᾱ_0 … ᾱ_{T−1}.</summary>
    public IReadOnlyList<double> AlphaBars => alphaBars;

    /// <summary>For each step, the time label that the network was trained with.</summary>
    public IReadOnlyList<int> Labels => labels;

    /// <summary>β from 1e-4 to 0.02, scaled by 1000/T, equally spaced.</summary>
    public static NoiseSchedule Linear(int steps)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(steps, 1);
        double scale = 1000.0 / steps, first = scale * 1e-4, last = scale * 0.02;
        return FromBetas([.. Enumerable.Range(0, steps).Select(i => steps == 1 ? first : first + ((last - first) * i / (steps - 1)))]);
    }

    /// <summary>ᾱ(s) = cos²(π/2 · (s + 0.008)/1.008), β at most 0.999.</summary>
    public static NoiseSchedule Cosine(int steps)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(steps, 1);
        return FromBetas([.. Enumerable.Range(0, steps).Select(i => Math.Min(1 - (AlphaBar(i + 1) / AlphaBar(i)), 0.999))]);

        double AlphaBar(int i)
        {
            double cosine = Math.Cos(((i / (double)steps) + 0.008) / 1.008 * Math.PI / 2);
            return cosine * cosine;
        }
    }

    /// <summary>A schedule from its betas, each in (0,1]; labels are the indices.</summary>
    public static NoiseSchedule FromBetas(ReadOnlySpan<double> betas) => new(betas.ToArray(), [.. Enumerable.Range(0, betas.Length)]);

    /// <summary>The same process seen at some of its steps only; labels stay those of the full process.</summary>
    /// <param name="kept">Indices to keep, ascending.</param>
    public NoiseSchedule Respace(ReadOnlySpan<int> kept)
    {
        var newBetas = new double[kept.Length];
        var newLabels = new int[kept.Length];
        double last = 1;
        for (int i = 0; i < kept.Length; i++)
        {
            double alphaBar = alphaBars[kept[i]];
            newBetas[i] = 1 - (alphaBar / last);
            newLabels[i] = labels[kept[i]];
            last = alphaBar;
        }
        return new NoiseSchedule(newBetas, newLabels);
    }

    /// <summary>The same process respaced as guided diffusion writes it: <c>250</c>, <c>10,5</c> or <c>ddim50</c>.</summary>
    /// <exception cref="Torch.InputException">The text cannot be met by this schedule.</exception>
    public NoiseSchedule Respace(string spacing) => Respace(Respacing.Kept(Steps, spacing));

    /// <summary>β_i.</summary>
    public double Beta(StepIndex i) => betas[i.Value];

    /// <summary>ᾱ_i; 1 for the clean image.</summary>
    public double AlphaBar(StepIndex i) => i.IsClean ? 1 : alphaBars[i.Value];

    /// <summary>The label the network is given at this index.</summary>
    public double Label(StepIndex i) => labels[i.Value];

    /// <summary>β̃_i, zero at index 0.</summary>
    public double PosteriorVariance(StepIndex i) => Beta(i) * (1 - AlphaBar(i.Previous)) / (1 - AlphaBar(i));

    /// <summary>β̃_i with index 0 replaced by index 1, so that its logarithm is finite.</summary>
    public double PosteriorVarianceClipped(StepIndex i) => PosteriorVariance(i.Value == 0 && Steps > 1 ? new StepIndex(1) : i);

    /// <summary>β_i with index 0 replaced by β̃_1: the "fixed large" variance.</summary>
    public double LargeVariance(StepIndex i) => i.Value == 0 ? PosteriorVarianceClipped(i) : Beta(i);

    /// <summary>Counts cut to what the schedule has, less some steps.</summary>
    internal StepCount[] Limit(StepCount[] counts, int less = 0) =>
        Array.ConvertAll(counts, count => new StepCount(Math.Clamp(count.Value, 0, Steps - less)));

    /// <summary>Throws unless the count is between 0 and the number of steps.</summary>
    /// <exception cref="ArgumentOutOfRangeException">It is not.</exception>
    public void Check(StepCount count, string parameter)
    {
        if (count.Value < 0 || count.Value > Steps)
        {
            throw new ArgumentOutOfRangeException(parameter, count.Value, $"a noise level must be between 0 and the {Steps} steps of the schedule");
        }
    }
}
