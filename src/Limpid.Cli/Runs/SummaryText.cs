using Limpid.Evaluation;

namespace Limpid.Cli.Runs;

/// <summary>A summary for people: one line per question, the robust accuracy last.</summary>
internal static class SummaryText
{
    public static IEnumerable<string> Lines(EvaluationSummary summary)
    {
        yield return $"{"",-18} {"undefended",-28} defended";
        yield return Row("clean", summary.UndefendedClean, summary.Clean);
        if (summary.Noise is { } noise)
        {
            yield return Row("random noise", null, noise);
        }
        yield return Row("attacked", summary.UndefendedRobust, summary.Robust);
        if (summary.Missing > 0)
        {
            yield return $"{summary.Done} of {summary.Items} done, {summary.Missing} missing";
        }
    }

    private static string Row(string what, Accuracy? undefended, Accuracy defended) => $"{what,-18} {undefended?.ToString() ?? "",-28} {defended}";
}
