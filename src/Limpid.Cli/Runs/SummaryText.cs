using Limpid.Evaluation;
using Spectre.Console;

namespace Limpid.Cli.Runs;

/// <summary>A summary for people: a row per question, the robust accuracy last.</summary>
internal static class SummaryText
{
    /// <summary>A table on a terminal, plain lines elsewhere, nothing with <c>--json</c>.</summary>
    public static void Print(Session session, EvaluationSummary summary)
    {
        if (session.Json)
        {
            return;
        }
        if (Terminal.OutInteractive)
        {
            Terminal.Show(Drawn(summary));
        }
        else
        {
            session.Text($"{"",-18} {"undefended",-28} defended");
            foreach (var (question, undefended, defended) in Rows(summary))
            {
                session.Text($"{question,-18} {undefended,-28} {defended}");
            }
        }
        if (summary.Missing > 0)
        {
            session.Text($"{summary.Done} of {summary.Items} done, {summary.Missing} missing");
        }
    }

    internal static Table Drawn(EvaluationSummary summary)
    {
        var table = new Table().RoundedBorder().AddColumns("", "undefended", "defended");
        foreach (var (question, undefended, defended) in Rows(summary))
        {
            table.AddRow(new Text(question), new Text(undefended), new Text(defended));
        }
        return table;
    }

    private static IEnumerable<(string Question, string Undefended, string Defended)> Rows(EvaluationSummary summary)
    {
        yield return ("clean", summary.UndefendedClean.ToString(), summary.Clean.ToString());
        if (summary.Noise is { } noise)
        {
            yield return ("random noise", "", noise.ToString());
        }
        yield return ("attacked", summary.UndefendedRobust.ToString(), summary.Robust.ToString());
    }
}
