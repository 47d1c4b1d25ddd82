using System.Diagnostics;
using Limpid.Torch.Native;

namespace Limpid.Torch;

/// <summary>How many threads operators should use here, and how they wait for each other: measured once, then remembered.</summary>
/// <remarks>
/// No constant is right: on quiet cores all threads help and short waits should spin; on busy ones a single thread, or threads that
/// sleep at once, can be several times faster. So what was measured while other programs used the cores is used, but not remembered.
/// </remarks>
public static class ThreadCalibration
{
    // A young process compiles its methods anew on a core of its own; work timed meanwhile would seem to gain nothing from a second one.
    private static readonly TimeSpan WarmUp = TimeSpan.FromSeconds(0.7);

    /// <summary>The remembered count for this processor, this build and this way of waiting, or a fresh measurement (one or two seconds).</summary>
    /// <param name="folder">Where measurements are kept; null is the user's cache folder. A folder that cannot be written only costs the next measurement.</param>
    /// <remarks>A measurement is remembered only if the cores were quiet. The next process then waits in the other way, and from the third on the faster one is used.</remarks>
    public static int Choose(string? folder = null) => Choose(folder, MachineLoad.IsBusy());

    /// <summary>Times the work of a denoising network at 1, 2, 4, … threads in alternation and returns the count with the smallest median.</summary>
    public static int Measure() => MeasureAll(thorough: true).MinBy(pair => pair.Seconds).Threads;

    /// <summary>In a line for people: the thread count, how threads wait, and whether that was measured here.</summary>
    /// <param name="folder">Where measurements are kept; null is the user's cache folder.</param>
    public static string Describe(string? folder = null)
    {
        Engine.EnsureLoaded();
        var known = CalibrationFile.Read(folder).SingleOrDefault(m => m.Waiting == WaitPolicy.InForce);
        string threads = Engine.Threads == 1 ? "1 thread" : $"{Engine.Threads} threads";
        string source = known is null ? "not measured on quiet cores yet" : $"measured best on quiet cores: {known.Threads}";
        return $"{threads}, {WaitPolicy.Describe(WaitPolicy.InForce)}; {source}";
    }

    internal static int Choose(string? folder, bool busy)
    {
        Engine.EnsureLoaded();
        var known = CalibrationFile.Read(folder);
        if (known.SingleOrDefault(m => m.Waiting == WaitPolicy.InForce) is { } remembered)
        {
            return remembered.Threads;
        }
        // On busy cores every process measures, so that none should wait long, and nothing is kept.
        var (threads, seconds) = MeasureAll(thorough: !busy).MinBy(pair => pair.Seconds);
        if (!busy)
        {
            try
            {
                CalibrationFile.Write(folder, [.. known, new Measured(WaitPolicy.InForce, threads, seconds)]);
            }
            catch (InputException)
            {
                // The measurement stands; only its memory is lost.
            }
        }
        return threads;
    }

    private static IEnumerable<(int Threads, double Seconds)> MeasureAll(bool thorough)
    {
        int rounds = thorough ? 5 : 3; // and as many runs in each
        int before = Engine.Threads;
        int[] counts = [.. Candidates(Environment.ProcessorCount)];
        using var work = new CalibrationWork();
        for (long start = Stopwatch.GetTimestamp(); thorough && Stopwatch.GetElapsedTime(start) < WarmUp;)
        {
            work.Run();
        }
        var times = counts.ToDictionary(c => c, _ => new List<double>());
        for (int round = 0; round < rounds; round++)
        {
            foreach (int count in counts)
            {
                Engine.Threads = count;
                work.Run(); // OpenMP makes its threads anew when their number changes
                for (int run = 0; run < rounds; run++)
                {
                    long start = Stopwatch.GetTimestamp();
                    work.Run();
                    times[count].Add(Stopwatch.GetElapsedTime(start).TotalSeconds);
                }
            }
        }
        Engine.Threads = before;
        return counts.Select(c => (c, times[c].Order().ElementAt(times[c].Count / 2)));
    }

    private static IEnumerable<int> Candidates(int processors)
    {
        for (int count = 1; count < processors; count *= 2)
        {
            yield return count;
        }
        yield return processors;
    }
}
