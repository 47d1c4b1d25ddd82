using Limpid.Torch;

namespace Limpid.Benchmarks;

/// <summary>How many times faster the U-Net is with Limpid's kernels, of any choice, than with libtorch's, in one alternating run.</summary>
internal static class KernelRatio
{
    public static object Measure(Options options, Func<Tensor> work)
    {
        var seconds = new Dictionary<Kernels, List<double>> { [Kernels.Auto] = [], [Kernels.Fast] = [], [Kernels.Precise] = [], [Kernels.Library] = [] };
        var results = new Dictionary<Kernels, float[]>();
        for (int round = -1; round < options.Repetitions; round++)
        {
            foreach (var kernels in seconds.Keys)
            {
                Engine.Kernels = kernels;
                using var scope = TensorScope.Begin();
                var before = Environment.CpuUsage.TotalTime;
                var result = work();
                double spent = (Environment.CpuUsage.TotalTime - before).TotalSeconds;
                if (round < 0)
                {
                    results[kernels] = result.ToFloats();
                }
                else
                {
                    seconds[kernels].Add(spent);
                }
            }
        }
        return new { auto = Compare(Kernels.Auto), fast = Compare(Kernels.Fast), precise = Compare(Kernels.Precise), library_cpu_seconds = Middle(seconds[Kernels.Library]) };

        object Compare(Kernels ours)
        {
            double[] ratios = [.. seconds[Kernels.Library].Zip(seconds[ours], (l, o) => l / o).Order()];
            float[] expected = results[Kernels.Library];
            return new
            {
                cpu_seconds = Middle(seconds[ours]),
                ratio = ratios[ratios.Length / 2],
                ratio_from = ratios[ratios.Length / 4],
                ratio_to = ratios[^(1 + (ratios.Length / 4))],
                largest_difference = expected.Zip(results[ours], (e, a) => Math.Abs((double)e - a)).Max() / expected.Max(v => Math.Abs((double)v)),
            };
        }
    }

    private static double Middle(List<double> values) => values.Order().ElementAt(values.Count / 2);
}
