using System.CommandLine;
using System.Globalization;
using Limpid.Cli.Watching;
using Limpid.Recipes;

namespace Limpid.Cli.Commands;

/// <summary><c>limpid fit</c>: measures what a defense must know of clean images, once, into a file.</summary>
internal static class FitCommand
{
    private static readonly Option<string?> Images = new("--images") { Description = "Clean images; never test images. [default: the recipe's, or the training part of its data]", HelpName = "D" };
    private static readonly Option<long?> Limit = CommonOptions.Number("--limit", $"Only the first images. [default: {ScoreNormReference.LiteratureImages}]", 2, int.MaxValue);
    private static readonly Option<string> Out = new("--out") { Description = "The JSON file to write.", HelpName = "FILE", Required = true };

    public static Command Create(CancellationToken cancellation) => new("fit", "Measures what a defense must know of clean images, once, into a file.")
    {
        new Command("score-norm", "Lengths of the score on clean images, which SSNI compares with (level.statistics).")
        {
            RecipeOptions.Recipe, RecipeOptions.Set, Images, Limit, Out,
        }.Runs(ScoreNorm, cancellation),
    };

    private static int ScoreNorm(Session session)
    {
        session.ApplyThreads();
        var recipe = RecipeOptions.Open(session, RecipeOptions.Recipe);
        var level = ScoreNormReference.Level(recipe);
        if (session.Get(Images) is { } images)
        {
            recipe = RecipeOptions.Open(session, session.Get(RecipeOptions.Recipe), $"{level.Where("images")}={images}");
            level = ScoreNormReference.Level(recipe);
        }
        string path = session.Get(Out)!;
        using var parts = new RecipeParts(recipe, session.Device);
        var data = ScoreNormReference.CleanImages(level, recipe, (int)(session.Get(Limit) ?? ScoreNormReference.LiteratureImages));
        var found = Progress.Show(session, progress =>
        {
            var counter = new Counter(progress, "images", data.Count);
            return ScoreNormReference.Measure(parts, level, data, done => counter.Report(done), session.Cancellation);
        });
        found.Save(path);
        session.Result(
            new { path, found.Mean, found.Minimum, found.Maximum, found.Deviation, found.Images, found.Horizon, found.Network },
            string.Create(CultureInfo.InvariantCulture, $"{path}: mean {found.Mean:F2}, deviation {found.Deviation:F2}, from {found.Minimum:F2} to {found.Maximum:F2} over {found.Images} images of {data.Name}; use it with --set {level.Where("statistics")}={path}"));
        return ExitCode.Done;
    }
}
