using System.Globalization;

namespace Limpid.Torch.Native;

/// <summary>Whether other programs want the cores.</summary>
internal static class MachineLoad
{
    /// <summary>Whether more than half of the cores were wanted in the last minute; false where the system does not tell.</summary>
    public static bool IsBusy() => IsBusy(ReadLoad(), Environment.ProcessorCount);

    /// <param name="load">The first number of <c>/proc/loadavg</c>, or null.</param>
    /// <param name="processors">Number of cores.</param>
    public static bool IsBusy(double? load, int processors) => load > 0.5 * processors;

    private static double? ReadLoad()
    {
        const string File = "/proc/loadavg";
        try
        {
            return double.TryParse(System.IO.File.ReadAllText(File).Split(' ')[0], NumberStyles.Float, CultureInfo.InvariantCulture, out double load) ? load : null;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }
}
