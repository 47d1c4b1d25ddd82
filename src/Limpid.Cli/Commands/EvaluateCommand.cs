using System.CommandLine;
using System.Text.Json;
using Limpid.Cli.Runs;
using Limpid.Cli.Watching;
using Limpid.Evaluation;
using Limpid.Recipes;

namespace Limpid.Cli.Commands;

/// <summary><c>limpid evaluate</c>: clean and robust accuracy of a defense, in a folder that survives a kill and resumes.</summary>
internal static class EvaluateCommand
{
    private static readonly Option<long?> Limit = CommonOptions.Number("--limit", "Only the first images of the data.", 1, int.MaxValue);
    private static readonly Option<string?> ShardOption = new("--shard") { Description = "Only part i of n, i from 0: the parts may run anywhere, and together are the whole.", HelpName = "i/n" };
    private static readonly Option<string?> Out = new("--out") { Description = "The run folder; called again, the run goes on there. [default: runs/, the recipe's name and hash]", HelpName = "RUN" };

    public static Command Create() => new("evaluate", "Measures clean and robust accuracy of a defense under an attack.")
    {
        RecipeOptions.Recipe, RecipeOptions.Set, Limit, ShardOption, Out,
    };

    public static int Run(Session session)
    {
        session.ApplyThreads();
        var recipe = RecipeOptions.Open(session, RecipeOptions.Recipe);
        int? limit = (int?)session.Get(Limit);
        Shard? shard = session.Get(ShardOption) is { } text ? Shard.Parse(text) : null;
        string folder = session.Get(Out) ?? Path.Combine("runs", $"{recipe.Name}-{recipe.Hash[..8]}{(limit is null ? "" : $"-first{limit}")}");
        using var experiment = Experiment.Prepare(recipe, session.Device, limit, folder);
        session.Progress($"{recipe.Name}: {experiment.Evaluation.Items} samples into {folder}");
        var summary = ResumableStopException.Around(() => Progress.Show(session, progress =>
            experiment.Evaluation.Run(experiment.Folder, shard, new EvaluationWatcher(session, progress), session.Cancellation)));
        Print(session, summary, folder, recipe);
        return ExitCode.Done;
    }

    private static void Print(Session session, EvaluationSummary summary, string folder, Recipe recipe)
    {
        if (session.Json)
        {
            Terminal.Out.WriteLine(JsonSerializer.Serialize(summary, RunJson.Line));
            return;
        }
        session.Text($"{recipe.Name} on {recipe.Values.Text("data")}: {recipe.Values.Section("attack").Kind} {recipe.Values.Text("threat")}, gradient {recipe.Values.Text("gradient")}");
        SummaryText.Print(session, summary);
        session.Text(folder);
    }
}
