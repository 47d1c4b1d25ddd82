using System.Globalization;

namespace Limpid.Torch.Native;

/// <summary>What was measured about this processor, as lines of a file: one file per subject, processor and core count, good for one build of the native library.</summary>
internal static class MeasurementFile
{
    /// <summary>The lines; none where the file is missing or of another build.</summary>
    public static IReadOnlyList<string> Read(string? folder, string subject)
    {
        try
        {
            string[] lines = File.ReadAllLines(PathIn(folder, subject));
            return lines.Length > 0 && lines[0] == Build() ? lines[1..] : [];
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return [];
        }
    }

    /// <exception cref="InputException">The folder cannot be written.</exception>
    public static void Write(string? folder, string subject, IEnumerable<string> lines) =>
        AtomicFile.WriteText(PathIn(folder, subject), string.Join('\n', [Build(), .. lines]) + "\n");

    public static string PathIn(string? folder, string subject) =>
        Path.Combine(folder ?? CacheFolder(), $"{subject}-{string.Concat(Processor().Select(c => char.IsAsciiLetterOrDigit(c) ? c : '-'))}-{Environment.ProcessorCount}.txt");

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
