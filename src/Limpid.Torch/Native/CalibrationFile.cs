using System.Globalization;

namespace Limpid.Torch.Native;

/// <summary>One measurement on quiet cores.</summary>
/// <param name="Waiting">How threads waited.</param>
/// <param name="Threads">The count that was fastest.</param>
/// <param name="Seconds">Of the work at that count.</param>
internal sealed record Measured(Waiting Waiting, int Threads, double Seconds);

/// <summary>What is remembered about threads on a processor.</summary>
internal static class CalibrationFile
{
    private const string Subject = "threads-3"; // 2 held measurements of processes that were still compiling

    /// <summary>The measurements; none where the file is missing, damaged or of another build.</summary>
    public static IReadOnlyList<Measured> Read(string? folder)
    {
        var lines = MeasurementFile.Read(folder, Subject);
        Measured[] all = [.. lines.Select(Parse).OfType<Measured>()];
        return lines.Count == all.Length ? all : [];
    }

    /// <exception cref="InputException">The folder cannot be written.</exception>
    public static void Write(string? folder, IEnumerable<Measured> measurements) =>
        MeasurementFile.Write(folder, Subject, measurements.Select(m => string.Create(CultureInfo.InvariantCulture, $"{m.Waiting} {m.Threads} {m.Seconds:R}")));

    public static string PathIn(string? folder) => MeasurementFile.PathIn(folder, Subject);

    private static Measured? Parse(string line) =>
        line.Split(' ') is [var waiting, var threads, var seconds]
        && Enum.TryParse(waiting, out Waiting w) && Enum.IsDefined(w)
        && int.TryParse(threads, NumberStyles.None, CultureInfo.InvariantCulture, out int t) && t >= 1 && t <= Environment.ProcessorCount
        && double.TryParse(seconds, NumberStyles.Float, CultureInfo.InvariantCulture, out double s) && double.IsFinite(s)
            ? new Measured(w, t, s)
            : null;
}
