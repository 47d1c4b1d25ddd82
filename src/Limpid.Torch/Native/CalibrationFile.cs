using System.Globalization;

namespace Limpid.Torch.Native;

/// <summary>One measurement on quiet cores.</summary>
/// <param name="Waiting">How threads waited.</param>
/// <param name="Threads">The count that was fastest.</param>
/// <param name="Seconds">Of the work at that count.</param>
internal sealed record Measured(Waiting Waiting, int Threads, double Seconds);

/// <summary>What is remembered about a processor: a file per model and core count, good for one build of the native library.</summary>
internal static class CalibrationFile
{
    private const int Format = 3; // 2 held measurements of processes that were still compiling

    /// <summary>The measurements; none where the file is missing, damaged or of another build.</summary>
    public static IReadOnlyList<Measured> Read(string? folder)
    {
        try
        {
            string[] lines = File.ReadAllLines(PathIn(folder));
            Measured[] all = [.. lines.Skip(1).Select(Parse).OfType<Measured>()];
            return lines.Length == all.Length + 1 && lines[0] == Build() ? all : [];
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return [];
        }
    }

    /// <exception cref="InputException">The folder cannot be written.</exception>
    public static void Write(string? folder, IEnumerable<Measured> measurements) => AtomicFile.WriteText(
        PathIn(folder),
        string.Join('\n', [Build(), .. measurements.Select(m => string.Create(CultureInfo.InvariantCulture, $"{m.Waiting} {m.Threads} {m.Seconds:R}"))]) + "\n");

    public static string PathIn(string? folder) =>
        Path.Combine(folder ?? CacheFolder(), $"threads-{Format}-{string.Concat(Processor().Select(c => char.IsAsciiLetterOrDigit(c) ? c : '-'))}-{Environment.ProcessorCount}.txt");

    private static Measured? Parse(string line) =>
        line.Split(' ') is [var waiting, var threads, var seconds]
        && Enum.TryParse(waiting, out Waiting w) && Enum.IsDefined(w)
        && int.TryParse(threads, NumberStyles.None, CultureInfo.InvariantCulture, out int t) && t >= 1 && t <= Environment.ProcessorCount
        && double.TryParse(seconds, NumberStyles.Float, CultureInfo.InvariantCulture, out double s) && double.IsFinite(s)
            ? new Measured(w, t, s)
            : null;

    private static string Build()
    {
        var library = new FileInfo(ShimLoader.LibraryPath());
        return library.Exists ? string.Create(CultureInfo.InvariantCulture, $"{library.Length} {library.LastWriteTimeUtc.Ticks}") : "none";
    }

    private static string Processor()
    {
        try
        {
            return File.ReadLines("/proc/cpuinfo").FirstOrDefault(line => line.StartsWith("model name", StringComparison.Ordinal))?.Split(':', 2)[1].Trim() ?? "processor";
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return "processor";
        }
    }

    private static string CacheFolder()
    {
        string? chosen = Environment.GetEnvironmentVariable("XDG_CACHE_HOME");
        return Path.Combine(string.IsNullOrEmpty(chosen) ? Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".cache") : chosen, "limpid");
    }
}
