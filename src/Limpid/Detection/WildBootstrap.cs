using Limpid.Attacks;
using Limpid.Torch;
using Limpid.Torch.Noise;

namespace Limpid.Detection;

/// <summary>Whether two batches are of one distribution where images may depend on their neighbors (Chwialkowski et al., NeurIPS 2014; SAMMD, Gao et al., ICML 2021): on the V-statistic.</summary>
/// <remarks>
/// Each draw weighs the statistic's terms by a centered autoregressive process w_t = a·w_{t−1} + √(1−a²)·n_t, a = exp(−1/l).
/// The authors' program filters along the draws in place of the images, so that its draws depend on one another and its
/// images do not; at l = 0.2, where a = 0.007, the two hardly differ. Here the filter runs along the images, as the papers say.
/// </remarks>
public sealed record WildBootstrap
{
    /// <summary>Processes, at least 1; 100 in the authors' program.</summary>
    public int Draws { get; init => field = Require.AtLeast(value, 1, "draws"); } = 100;

    /// <summary>l: over how many images dependence is taken to fade, above 0; 0.2 in the authors' program.</summary>
    public double Length { get; init => field = Require.Positive(value, "length"); } = 0.2;

    /// <summary>Share of equal distributions that may be called different, in (0,1).</summary>
    public double Level { get; init; } = 0.05;

    /// <summary>Tests a kernel matrix.</summary>
    /// <param name="blocks">The kernel of n clean and n tested images.</param>
    /// <param name="noise">The noise of the n tested rows.</param>
    /// <exception cref="InputException">The batches differ in size or are of one image.</exception>
    public TwoSampleOutcome Run(KernelBlocks blocks, INoise noise)
    {
        int n = noise.Count;
        if (n < 2 || blocks.Cross.Size(0) != n || blocks.Cross.Size(1) != n)
        {
            throw new InputException($"a wild bootstrap compares two batches of one size, of 2 images at least, not {blocks.Cross.Size(0)} with {blocks.Cross.Size(1)}");
        }
        using var scope = TensorScope.Begin();
        double[] terms = (blocks.Clean + blocks.Tested - blocks.Cross * 2).ToDoubles();
        double[] normals = noise.Normal(NoisePurpose.Resampled, 0, [Draws]).ToDoubles(); // [n,Draws]
        var resampled = new double[Draws];
        for (int k = 0; k < Draws; k++)
        {
            resampled[k] = Weighted(terms, Process(normals, k, n));
        }
        return TwoSampleOutcome.Of(terms.Average(), resampled, Level);
    }

    private double[] Process(double[] normals, int draw, int n)
    {
        double a = Math.Exp(-1 / Length), fresh = Math.Sqrt(1 - a * a);
        var w = new double[n];
        for (int t = 0; t < n; t++)
        {
            w[t] = (t == 0 ? 0 : a * w[t - 1]) + fresh * normals[t * Draws + draw];
        }
        double mean = w.Average();
        return Array.ConvertAll(w, value => value - mean);
    }

    private static double Weighted(double[] terms, double[] w)
    {
        double sum = 0;
        for (int i = 0; i < w.Length; i++)
        {
            for (int j = 0; j < w.Length; j++)
            {
                sum += w[i] * w[j] * terms[i * w.Length + j];
            }
        }
        return sum / terms.Length;
    }
}
