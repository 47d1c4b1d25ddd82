using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Limpid.Torch.Native;

namespace Limpid.Torch;

/// <summary>How many images a network should read at once here: measured once, then remembered.</summary>
/// <remarks>
/// More images share the cost of a call, until they leave the caches. Which number that is depends on network, device and threads, and
/// changes speed and memory, not results (on a GPU, or with other kernels than auto and precise, by rounding at most). While other programs use the cores nothing is measured, and <see cref="Unmeasured"/> is used.
/// </remarks>
public static class BatchCalibration
{
    /// <summary>What is used where nothing was measured.</summary>
    public const int Unmeasured = 16;

    private const string Subject = "batch-1";
    private const int Runs = 3;

    // A larger batch must be faster by this to be worth its memory.
    private const double Worthwhile = 1.05;

    // Of a run: longer ones are not tried with more images.
    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(0.3);
    private static readonly TimeSpan WarmUp = TimeSpan.FromSeconds(0.3);

    private static ReadOnlySpan<int> Candidates => [4, 8, 16, 32];

    /// <summary>The remembered number of images, or a fresh measurement (about a second).</summary>
    /// <param name="work">What is measured, as text: network, image, device. Threads and kernels in force are added.</param>
    /// <param name="run">Does the work on so many images, to its end.</param>
    /// <param name="folder">Where measurements are kept; null is the user's cache folder. A folder that cannot be written only costs the next measurement.</param>
    public static int Choose(string work, Action<int> run, string? folder = null) => Choose(work, run, folder, MachineLoad.IsBusy(), TimeProvider.System);

    internal static int Choose(string work, Action<int> run, string? folder, bool busy, TimeProvider clock)
    {
        ArgumentNullException.ThrowIfNull(run);
        string key = Key(work);
        var known = MeasurementFile.Read(folder, Subject);
        if (known.Select(line => Remembered(line, key)).FirstOrDefault(count => count is not null) is { } remembered)
        {
            return remembered;
        }
        if (busy)
        {
            return Unmeasured;
        }
        int chosen = Measure(run, clock);
        try
        {
            MeasurementFile.Write(folder, Subject, [.. known, string.Create(CultureInfo.InvariantCulture, $"{key} {chosen}")]);
        }
        catch (InputException)
        {
            // The measurement stands; only its memory is lost.
        }
        return chosen;
    }

    private static int Measure(Action<int> run, TimeProvider clock)
    {
        for (long start = clock.GetTimestamp(); clock.GetElapsedTime(start) < WarmUp;)
        {
            run(Candidates[0]);
        }
        int chosen = Candidates[0];
        double fastest = 0;
        foreach (int count in Candidates)
        {
            double seconds = Seconds(() => run(count), clock);
            if (count / seconds < fastest * Worthwhile)
            {
                break;
            }
            (chosen, fastest) = (count, count / seconds);
            if (seconds > Longest.TotalSeconds)
            {
                break;
            }
        }
        return chosen;
    }

    private static double Seconds(Action run, TimeProvider clock)
    {
        run(); // the first one finds no memory to reuse
        var seconds = new List<double>();
        for (int k = 0; k < Runs; k++)
        {
            long start = clock.GetTimestamp();
            run();
            seconds.Add(clock.GetElapsedTime(start).TotalSeconds);
        }
        return seconds.Order().ElementAt(Runs / 2);
    }

    private static string Key(string work) =>
        Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture, $"{work} {Engine.Threads} {Engine.Kernels}"))))[..16];

    private static int? Remembered(string line, string key) =>
        line.Split(' ') is [var name, var text] && name == key && int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out int count) && Candidates.Contains(count) ? count : null;
}
