using System.Globalization;
using Limpid.Diffusion;
using Limpid.Diffusion.Networks;
using Limpid.Purification;
using Limpid.Torch;
using Limpid.Torch.Noise;

namespace Limpid.Benchmarks;

/// <summary>Peak memory of the exact gradient of a purification with a number of steps, above what the loaded network takes.</summary>
internal static class PullbackMemory
{
    public static object Measure(Options options)
    {
        using var network = NetworkTiming.Load(options);
        using var scope = TensorScope.Begin();
        var images = (NetworkTiming.Images(options.Batch) + 1) * 0.5;
        var noise = new KeyedNoise(1, [.. Enumerable.Range(0, options.Batch).Select(i => new SampleKey(i))]);
        var steps = Enumerable.Range(0, options.Steps).Select(k => (IChainStep)new Step(new UNetNoisePredictor(network), options.Steps - k)).ToArray();
        long before = PeakKilobytes();
        using var trace = Chain.Trace(new PurificationPlan(steps, ClampOutput: false), images, noise);
        double check = trace.Pullback(trace.Output).Abs().Mean().Item();
        return new { options.Steps, peak_mb = (PeakKilobytes() - before) / 1024.0, whole_process_mb = PeakKilobytes() / 1024.0, check };
    }

    private static long PeakKilobytes() =>
        long.Parse(File.ReadLines("/proc/self/status").First(l => l.StartsWith("VmHWM", StringComparison.Ordinal)).Split(' ', StringSplitOptions.RemoveEmptyEntries)[^2], CultureInfo.InvariantCulture);

    // A stochastic step with the cost and the shape of a reverse step; its coefficients do not matter for memory.
    private sealed class Step(UNetNoisePredictor predictor, int index) : IChainStep
    {
        public Tensor Apply(Tensor state, Tensor input, INoise noise)
        {
            using var inner = TensorScope.Begin();
            double[] t = [.. Enumerable.Repeat((double)index, (int)state.Size(0))];
            var predicted = predictor.PredictNoise(state, t);
            return inner.Return((state * 1.001) - (predicted * 0.01) + (noise.Normal(NoisePurpose.Reverse, index, state.Shape[1..]) * 0.01));
        }
    }
}
