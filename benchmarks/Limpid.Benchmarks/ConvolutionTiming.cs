using System.Diagnostics;
using Limpid.Torch;

namespace Limpid.Benchmarks;

/// <summary>Seconds of 3×3 convolutions and of their input gradients at the shapes of the U-Net.</summary>
internal static class ConvolutionTiming
{
    private const double WarmSeconds = 0.5;

    public static Dictionary<string, double> Measure(Options options)
    {
        var results = new Dictionary<string, double>();
        foreach (var (channels, side) in new[] { (64, 32), (128, 16), (256, 8) })
        {
            using var scope = TensorScope.Begin();
            var x = Ramp(options.Batch, channels, side, side);
            var filters = Ramp(channels, channels, 3, 3);
            results[$"{channels}@{side} forward"] = Median(options.Repetitions, () =>
            {
                using var noGrad = GradMode.Off();
                return Functional.Conv2d(x, filters, padding: 1);
            });
            var leaf = x.AsVariable();
            var output = Functional.Conv2d(leaf, filters, padding: 1);
            results[$"{channels}@{side} gradient"] = Median(options.Repetitions, () => Gradient.Of(output, leaf, x, retainGraph: true));
        }
        return results;
    }

    private static Tensor Ramp(params long[] shape)
    {
        long count = shape.Aggregate(1L, (a, b) => a * b);
        return Tensor.From([.. Enumerable.Range(0, (int)count).Select(i => MathF.Sin(i))], shape);
    }

    // The first calls share the cores with the runtime's compiler: they warm up, for as long as the counterpart does.
    private static double Median(int repetitions, Func<Tensor> work)
    {
        var times = new List<double>();
        long begin = Stopwatch.GetTimestamp();
        while (times.Count < repetitions)
        {
            bool warm = Stopwatch.GetElapsedTime(begin).TotalSeconds > WarmSeconds;
            long start = Stopwatch.GetTimestamp();
            work().Keep().Dispose();
            if (warm)
            {
                times.Add(Stopwatch.GetElapsedTime(start).TotalSeconds);
            }
        }
        return times.Order().ElementAt(repetitions / 2);
    }
}
