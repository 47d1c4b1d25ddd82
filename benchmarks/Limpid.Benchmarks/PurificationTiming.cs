using System.Diagnostics;
using Limpid.Diffusion;
using Limpid.Purification;
using Limpid.Torch;
using Limpid.Torch.Noise;

namespace Limpid.Benchmarks;

/// <summary>Seconds of one purification by DiffPure in its DDPM form.</summary>
internal static class PurificationTiming
{
    public static object Measure(Options options)
    {
        using var network = NetworkTiming.Load(options);
        using var scope = TensorScope.Begin();
        var images = (NetworkTiming.Images(options.Batch) + 1) * 0.5;
        Purify(2);
        long start = Stopwatch.GetTimestamp();
        Purify(options.Steps);
        return new { seconds = Stopwatch.GetElapsedTime(start).TotalSeconds };

        void Purify(int steps)
        {
            var noise = new KeyedNoise(1, [.. Enumerable.Range(0, options.Batch).Select(i => new SampleKey(i))]);
            using var plan = new DiffPure(new UNetNoisePredictor(network), new DiffPureOptions { Count = new StepCount(steps) }).Plan(images, noise);
            Chain.Run(plan, images, noise).Dispose();
        }
    }
}
