using System.Diagnostics;
using System.Globalization;

namespace Limpid.Torch;

/// <summary>How many threads operators should use here: measured once, then remembered.</summary>
/// <remarks>No constant is right: on quiet cores all threads help, on busy ones a single thread can be several times faster.</remarks>
public static class ThreadCalibration
{
    private const int Rounds = 7;

    /// <summary>The remembered count for this machine and libtorch, or a fresh measurement (about a second), which is then remembered.</summary>
    /// <param name="folder">Where the count is kept; null is the user's cache folder. A folder that cannot be written only costs the next measurement.</param>
    public static int Choose(string? folder = null)
    {
        string file = Path.Combine(folder ?? CacheFolder(), $"threads-{Environment.ProcessorCount}-torch-{Engine.TorchVersion}.txt");
        if (File.Exists(file) && int.TryParse(File.ReadAllText(file), NumberStyles.None, CultureInfo.InvariantCulture, out int remembered)
            && remembered >= 1 && remembered <= Environment.ProcessorCount)
        {
            return remembered;
        }
        int chosen = Measure();
        try
        {
            AtomicFile.WriteText(file, chosen.ToString(CultureInfo.InvariantCulture));
        }
        catch (InputException)
        {
            // The measurement stands; only its memory is lost.
        }
        return chosen;
    }

    /// <summary>Times a convolution at 1, 2, 4, … threads in alternation and returns the count with the smallest median.</summary>
    public static int Measure()
    {
        int before = Engine.Threads;
        int[] counts = [.. Candidates(Environment.ProcessorCount)];
        using var scope = TensorScope.Begin();
        using var noGrad = GradMode.Off();
        Tensor images = Tensor.Ones([8, 64, 32, 32]), filters = Tensor.Ones([64, 64, 3, 3]);
        var times = counts.ToDictionary(c => c, _ => new List<TimeSpan>());
        for (int round = 0; round < Rounds; round++)
        {
            foreach (int count in counts)
            {
                Engine.Threads = count;
                times[count].Add(Time(images, filters));
            }
        }
        Engine.Threads = before;
        return counts.MinBy(c => times[c].Order().ElementAt(Rounds / 2));
    }

    private static IEnumerable<int> Candidates(int processors)
    {
        for (int count = 1; count < processors; count *= 2)
        {
            yield return count;
        }
        yield return processors;
    }

    private static TimeSpan Time(Tensor images, Tensor filters)
    {
        long start = Stopwatch.GetTimestamp();
        Functional.Conv2d(images, filters, padding: 1).Dispose();
        return Stopwatch.GetElapsedTime(start);
    }

    private static string CacheFolder()
    {
        string? chosen = Environment.GetEnvironmentVariable("XDG_CACHE_HOME");
        return Path.Combine(string.IsNullOrEmpty(chosen) ? Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".cache") : chosen, "limpid");
    }
}
