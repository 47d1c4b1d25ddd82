using System.Globalization;

namespace Limpid.Cli.Watching;

/// <summary>Progress of work that is counted: how many of how many, rate and time left.</summary>
/// <param name="progress">Where it is shown.</param>
/// <param name="what">What is counted, such as <c>images</c>.</param>
/// <param name="total">How many there are.</param>
/// <param name="already">How many of them were done before.</param>
internal sealed class Counter(Progress progress, string what, long total, long already = 0)
{
    /// <summary>Says how many are done, with a running result where there is one.</summary>
    public void Report(long done, string? running = null) =>
        progress.Report(total == 0 ? 1 : (double)done / total, Line(what, done, total, already, progress.Elapsed, running));

    /// <summary>The line, such as <c>12 of 64 images, 2.0/s, 26 s left; robust …</c>.</summary>
    internal static string Line(string what, long done, long total, long already, TimeSpan elapsed, string? running)
    {
        double rate = (done - already) / Math.Max(elapsed.TotalSeconds, 1e-3);
        if (rate <= 0)
        {
            return $"{done} of {total} {what}{(running is null ? "" : $"; {running}")}";
        }
        string left = done >= total ? "" : $", {Spoken(TimeSpan.FromSeconds((total - done) / rate))} left";
        string speed = rate >= 1
            ? string.Create(CultureInfo.InvariantCulture, $"{rate:F1}/s")
            : string.Create(CultureInfo.InvariantCulture, $"{1 / rate:F1} s each");
        return $"{done} of {total} {what}, {speed}{left}{(running is null ? "" : $"; {running}")}";
    }

    internal static string Spoken(TimeSpan time) => time.TotalHours >= 1
        ? string.Create(CultureInfo.InvariantCulture, $"{(int)time.TotalHours} h {time.Minutes} min")
        : time.TotalMinutes >= 1
            ? string.Create(CultureInfo.InvariantCulture, $"{time.Minutes} min {time.Seconds} s")
            : string.Create(CultureInfo.InvariantCulture, $"{time.Seconds} s");
}
