using System.Globalization;

namespace Limpid.Cli.Bench;

/// <summary>The largest resident size of this process, which Linux lets a program start over.</summary>
internal static class PeakMemory
{
    /// <summary>Forgets the peak so far; without effect where the system does not offer it.</summary>
    public static void Restart()
    {
        try
        {
            File.WriteAllText("/proc/self/clear_refs", "5");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // The peak then counts from the start of the process.
        }
    }

    /// <summary>Peak in MB, or NaN where the system does not tell.</summary>
    public static double Megabytes()
    {
        const string Status = "/proc/self/status";
        string? line = File.Exists(Status) ? File.ReadLines(Status).FirstOrDefault(l => l.StartsWith("VmHWM", StringComparison.Ordinal)) : null;
        return line is null ? double.NaN : long.Parse(line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[^2], CultureInfo.InvariantCulture) / 1024.0;
    }
}
