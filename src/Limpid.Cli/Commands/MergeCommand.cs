using System.CommandLine;
using System.Text.Json;
using Limpid.Cli.Runs;
using Limpid.Evaluation;

namespace Limpid.Cli.Commands;

/// <summary><c>limpid merge</c>: joins the folders of a run's shards into one.</summary>
internal static class MergeCommand
{
    private static readonly Argument<string[]> Shards = new("SHARD") { Description = "Run folders of one recipe, each with a part of the run.", Arity = ArgumentArity.OneOrMore };
    private static readonly Option<string> Out = new("--out") { Description = "Where the joined run goes; it may exist, and merging again changes nothing.", HelpName = "RUN", Required = true };

    public static Command Create() => new("merge", "Joins shards into one run folder; refuses what does not fit together.") { Shards, Out };

    public static int Run(Session session)
    {
        string path = session.Get(Out)!;
        var joined = RunFolder.Merge(session.Get(Shards), path);
        var summary = EvaluationSummary.Of(joined.Samples(), joined.Manifest.Items);
        if (session.Json)
        {
            Terminal.Out.WriteLine(JsonSerializer.Serialize(summary, RunJson.Line));
            return ExitCode.Done;
        }
        SummaryText.Print(session, summary);
        session.Text(path);
        return ExitCode.Done;
    }
}
