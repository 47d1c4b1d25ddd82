using System.Diagnostics;
using Spectre.Console;

namespace Limpid.Cli.Watching;

/// <summary>How far the work is: a bar on a terminal, a plain line every few seconds elsewhere, nothing with <c>--quiet</c>.</summary>
internal sealed class Progress
{
    private const int BarWidth = 24;
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(5);
    private readonly bool shown;
    private readonly ProgressTask? bar;
    private readonly Stopwatch clock = Stopwatch.StartNew();
    private TimeSpan last = TimeSpan.Zero;

    private Progress(bool shown, ProgressTask? bar = null) => (this.shown, this.bar) = (shown, bar);

    /// <summary>Time since the work began.</summary>
    public TimeSpan Elapsed => clock.Elapsed;

    /// <summary>Does the work, on this thread, and shows what it reports.</summary>
    /// <param name="session">Whether anything is shown, and whether results scroll by on the same terminal.</param>
    /// <param name="work">What is done.</param>
    /// <param name="prints">Whether it prints results for people as it goes; they show how far it is.</param>
    public static T Show<T>(Session session, Func<Progress, T> work, bool prints = false)
    {
        bool crowded = (prints || session.Json) && !Console.IsOutputRedirected;
        if (session.Quiet || crowded || !Terminal.Interactive)
        {
            return work(new Progress(shown: !session.Quiet));
        }
        T result = default!;
        Terminal.Draw(console => console.Progress()
            .AutoClear(true)
            .Columns(new ProgressBarColumn { Width = BarWidth }, new DescriptionColumn())
            .Start(context => result = work(new Progress(shown: true, context.AddTask("starting", maxValue: 1)))));
        return result;
    }

    /// <inheritdoc cref="Show{T}"/>
    public static void Show(Session session, Action<Progress> work, bool prints = false) =>
        Show(session, progress =>
        {
            work(progress);
            return true;
        }, prints);

    /// <summary>Says how far the work is.</summary>
    /// <param name="share">What is done of it, from 0 to 1.</param>
    /// <param name="line">The same in words.</param>
    public void Report(double share, string line)
    {
        if (bar is not null)
        {
            bar.Description = line;
            bar.Value = Math.Clamp(share, 0, 1);
        }
        else if (shown && (clock.Elapsed - last >= Pause || share >= 1))
        {
            last = clock.Elapsed;
            Terminal.Line(line);
        }
    }
}
