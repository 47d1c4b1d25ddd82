using Limpid.Attacks;
using Limpid.Torch;
using Limpid.Torch.Noise;

namespace Limpid.Detection;

/// <summary>Whether two batches are of one distribution, by shuffling who belongs to which (Liu et al., ICML 2020): on the U-statistic.</summary>
/// <remarks>Exact level for any batch size of independent images. Cost: the kernel once, then sums of n² numbers per permutation.</remarks>
public sealed record PermutationTest
{
    /// <summary>Permutations, at least 1; 100 in the authors' program.</summary>
    public int Permutations { get; init => field = Require.AtLeast(value, 1, "permutations"); } = 100;

    /// <summary>Share of equal distributions that may be called different, in (0,1).</summary>
    public double Level { get; init; } = 0.05;

    /// <summary>Tests a kernel matrix.</summary>
    /// <param name="joint">The kernel of n clean and then n tested images, [2n,2n], n at least 2.</param>
    /// <param name="noise">The noise of the n tested rows.</param>
    public TwoSampleOutcome Run(Tensor joint, INoise noise)
    {
        int n = noise.Count;
        if (n < 2 || joint.Size(0) != 2 * n || joint.Size(1) != 2 * n)
        {
            throw new InputException($"a permutation test needs the kernel of twice {n} images, of 2 at least, not [{string.Join(',', joint.Shape.ToArray())}]");
        }
        double[] kernel = joint.ToDoubles();
        int[] order = [.. Enumerable.Range(0, 2 * n)];
        double observed = Statistic(kernel, order);
        var shuffled = new double[Permutations];
        for (int k = 0; k < Permutations; k++)
        {
            using var scope = TensorScope.Begin();
            float[] keys = noise.Uniform(NoisePurpose.Resampled, k, [2]).ToFloats();
            // A stable sort: equal keys change nothing between machines.
            shuffled[k] = Statistic(kernel, [.. order.OrderBy(i => keys[i])]);
        }
        return TwoSampleOutcome.Of(observed, shuffled, Level);
    }

    private static double Statistic(double[] kernel, int[] order)
    {
        int all = order.Length, n = all / 2;
        double sum = 0;
        for (int i = 0; i < n; i++)
        {
            int x = order[i] * all, y = order[n + i] * all;
            for (int j = 0; j < n; j++)
            {
                if (i != j)
                {
                    sum += kernel[x + order[j]] + kernel[y + order[n + j]] - 2 * kernel[x + order[n + j]];
                }
            }
        }
        return sum / (n * (n - 1.0));
    }
}
