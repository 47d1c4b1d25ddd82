using System.CommandLine;
using System.Globalization;
using System.Text.Json.Nodes;
using Limpid.Data;
using Limpid.Evaluation;
using Limpid.Recipes;
using Limpid.Torch;

namespace Limpid.Cli.Runs;

/// <summary>A recipe made ready to run: its parts, its evaluation and its folder.</summary>
internal sealed class Experiment : IDisposable
{
    private Experiment(Recipe recipe, RecipeParts parts, RobustEvaluation evaluation, RunFolder? folder) =>
        (Recipe, Parts, Evaluation, Folder) = (recipe, parts, evaluation, folder);

    public Recipe Recipe { get; }

    public RecipeParts Parts { get; }

    public RobustEvaluation Evaluation { get; }

    public RunFolder? Folder { get; }

    /// <summary>Makes everything; a folder is opened, or begun.</summary>
    /// <param name="recipe">What to run.</param>
    /// <param name="device">Where.</param>
    /// <param name="limit">Only the first images; null for all.</param>
    /// <param name="folder">Where results are kept; null keeps them in memory.</param>
    public static Experiment Prepare(Recipe recipe, Device device, int? limit, string? folder)
    {
        var parts = new RecipeParts(recipe, device);
        try
        {
            var evaluation = new RobustEvaluation(parts.BuildDefense(), parts.BuildAttack(), parts.Data)
            {
                Repetitions = recipe.Values.Whole("repetitions"),
                Judgements = recipe.Values.Whole("judgements"),
                Seed = (ulong)recipe.Values.Long("seed"),
                GradientMode = parts.Gradient,
                BatchSize = parts.Batch,
                Limit = limit,
                Device = device,
            };
            var run = folder is null ? null : RunFolder.Open(folder, Manifest(recipe, parts, limit, evaluation.Items));
            return new Experiment(recipe, parts, evaluation, run);
        }
        catch
        {
            parts.Dispose();
            throw;
        }
    }

    public void Dispose() => Parts.Dispose();

    private static RunManifest Manifest(Recipe recipe, RecipeParts parts, int? limit, int items)
    {
        var described = new JsonObject();
        foreach (var (key, value) in recipe.Values.Flatten())
        {
            if (key is not ("about" or "batch"))
            {
                described[key] = value;
            }
        }
        described["limit"] = limit;
        described["data_hash"] = Hashes.OfData(parts.Data, limit);
        foreach (var (key, value) in recipe.Values.Flatten())
        {
            if (key is not ("about" or "data") && Hashes.OfNetwork(value) is { } hash)
            {
                described[key + "_hash"] = hash;
            }
        }
        var surroundings = new JsonObject
        {
            ["recipe_name"] = recipe.Name,
            ["about"] = recipe.Values.Text("about"),
            ["batch"] = parts.Batch.ToString(CultureInfo.InvariantCulture),
            ["limpid"] = CommandLine.Version,
            ["libtorch"] = Engine.TorchVersion,
            ["threads"] = Engine.Threads.ToString(CultureInfo.InvariantCulture),
            ["kernels"] = Engine.Kernels.Name(),
            ["device"] = parts.Device.ToString(),
        };
        return new RunManifest(described, surroundings) { Items = items };
    }
}
