using System.Diagnostics;
using Limpid.Torch;

namespace Limpid.Cli.Bench;

/// <summary>Times the same work with libtorch's kernels and with those chosen, in alternation, so that a busy moment hits both.</summary>
internal static class PairedTiming
{
    public static Timing Measure(Workload work, int rounds, CancellationToken cancellation)
    {
        var before = Engine.Kernels;
        try
        {
            using var library = Prepare(work, Kernels.Library);
            using var ours = Prepare(work, before);
            double[] theirTimes = new double[rounds], ourTimes = new double[rounds];
            double peak = 0;
            for (int round = 0; round < rounds; round++)
            {
                cancellation.ThrowIfCancellationRequested();
                theirTimes[round] = Time(library, Kernels.Library);
                PeakMemory.Restart();
                ourTimes[round] = Time(ours, before);
                peak = Math.Max(peak, PeakMemory.Megabytes());
            }
            return new Timing(work, ourTimes, theirTimes, peak);
        }
        finally
        {
            Engine.Kernels = before;
        }
    }

    // Once outside the timing: caches fill, filters are transformed.
    private static PreparedWork Prepare(Workload work, Kernels kernels)
    {
        Engine.Kernels = kernels;
        var prepared = work.Prepare();
        prepared.Run();
        return prepared;
    }

    private static double Time(PreparedWork work, Kernels kernels)
    {
        Engine.Kernels = kernels;
        long start = Stopwatch.GetTimestamp();
        work.Run();
        return Stopwatch.GetElapsedTime(start).TotalSeconds;
    }
}

/// <summary>What was measured.</summary>
/// <param name="Work">The work.</param>
/// <param name="Seconds">Of our kernels, one per round.</param>
/// <param name="LibrarySeconds">Of libtorch's, one per round.</param>
/// <param name="PeakMegabytes">Largest resident size of the process with our kernels.</param>
internal sealed record Timing(Workload Work, double[] Seconds, double[] LibrarySeconds, double PeakMegabytes)
{
    public double Median => MedianOf(Seconds);

    public double LibraryMedian => MedianOf(LibrarySeconds);

    /// <summary>library / ours of each round, in order of size.</summary>
    public double[] Ratios => [.. Seconds.Zip(LibrarySeconds, (ours, library) => library / ours).Order()];

    public double Gflops => Work.Flop / Median / 1e9;

    public double LibraryGflops => Work.Flop / LibraryMedian / 1e9;

    private static double MedianOf(double[] values) => values.Order().ElementAt(values.Length / 2);
}
