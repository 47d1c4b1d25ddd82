using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using Limpid.Cli.Runs;
using Limpid.Evaluation;

namespace Limpid.Cli.Commands;

/// <summary><c>limpid status</c>: how far a run is, from its folder alone.</summary>
internal static class StatusCommand
{
    private static readonly Argument<string> Run = new("RUN") { Description = "A run folder." };

    public static Command Create() => new("status", "Says what of a run is done and missing, its rate and its intervals so far.") { Run };

    public static int Show(Session session)
    {
        var folder = RunFolder.Read(session.Get(Run));
        var summary = EvaluationSummary.Of(folder.Samples(), folder.Manifest.Items);
        if (session.Json)
        {
            Terminal.Out.WriteLine(JsonSerializer.Serialize(summary, RunJson.Line));
            return ExitCode.Done;
        }
        double left = summary.Missing * summary.Times.SecondsPerSample;
        session.Text(string.Create(CultureInfo.InvariantCulture,
            $"{summary.Done} of {summary.Items} samples done, {summary.Missing} missing; {summary.Times.SecondsPerSample:F2} s each{(summary.Missing == 0 || summary.Done == 0 ? "" : $", about {TimeSpan.FromSeconds(Math.Round(left)):g} of computing left")}"));
        if (summary.Done > 0)
        {
            SummaryText.Print(session, summary);
        }
        return ExitCode.Done;
    }
}
