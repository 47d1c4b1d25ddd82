using System.Diagnostics;
using System.Globalization;

namespace Limpid.Cli.Inputs;

/// <summary>How far the work is: a bar with rate and time left on a terminal, a plain line every few seconds elsewhere.</summary>
internal sealed class Progress : IDisposable
{
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan Blink = TimeSpan.FromMilliseconds(200);
    private readonly string what;
    private readonly long total;
    private readonly bool shown;
    private readonly bool bar;
    private readonly Stopwatch clock = Stopwatch.StartNew();
    private readonly long already;
    private TimeSpan last = TimeSpan.Zero;
    private bool drawn;

    /// <param name="session">Whether anything is shown at all.</param>
    /// <param name="what">What is counted, such as <c>images</c>.</param>
    /// <param name="total">How many there are.</param>
    /// <param name="already">How many of them were done before.</param>
    public Progress(Session session, string what, long total, long already = 0)
    {
        (this.what, this.total, this.already) = (what, total, already);
        shown = !session.Quiet;
        bar = Terminal.Interactive;
    }

    /// <summary>Says how many are done, with a running result where there is one.</summary>
    public void Report(long done, string? running = null)
    {
        if (!shown || (clock.Elapsed - last < (bar ? Blink : Pause) && done < total))
        {
            return;
        }
        last = clock.Elapsed;
        string line = Line(done, running);
        if (!bar)
        {
            Terminal.Line(line);
            return;
        }
        Terminal.Overwrite($"{Bar(done)} {line}");
        drawn = true;
    }

    public void Dispose()
    {
        if (drawn)
        {
            Terminal.Overwrite("");
        }
    }

    private string Line(long done, string? running)
    {
        double rate = (done - already) / Math.Max(clock.Elapsed.TotalSeconds, 1e-3);
        string left = done >= total || rate <= 0 ? "" : $", {Spoken(TimeSpan.FromSeconds((total - done) / rate))} left";
        string speed = rate >= 1 || rate <= 0
            ? string.Create(CultureInfo.InvariantCulture, $"{rate:F1}/s")
            : string.Create(CultureInfo.InvariantCulture, $"{1 / rate:F1} s each");
        return $"{done} of {total} {what}, {speed}{left}{(running is null ? "" : $"; {running}")}";
    }

    private string Bar(long done)
    {
        const int width = 24;
        int full = total == 0 ? width : (int)(width * done / total);
        return $"[{new string('#', full)}{new string('.', width - full)}]";
    }

    private static string Spoken(TimeSpan time) => time.TotalHours >= 1
        ? string.Create(CultureInfo.InvariantCulture, $"{(int)time.TotalHours} h {time.Minutes} min")
        : time.TotalMinutes >= 1
            ? string.Create(CultureInfo.InvariantCulture, $"{time.Minutes} min {time.Seconds} s")
            : string.Create(CultureInfo.InvariantCulture, $"{time.Seconds} s");
}
