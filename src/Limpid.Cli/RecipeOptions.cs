using System.CommandLine;
using System.CommandLine.Completions;
using System.Globalization;
using Limpid.Recipes;

namespace Limpid.Cli;

/// <summary>The argument and options of every command that runs a recipe.</summary>
internal static class RecipeOptions
{
    public static Argument<string> Recipe { get; } = new("RECIPE")
    {
        Description = "A bundled recipe's name (see `limpid recipes list`), or a YAML file.",
        HelpName = "RECIPE",
        CompletionSources = { _ => BundledFiles.Recipes.Select(name => new CompletionItem(name)) },
    };

    public static Option<string[]> Set { get; } = new("--set")
    {
        Description = "Replaces a key of the recipe, such as attack.steps=40; may be given several times.",
        HelpName = "key=value",
        AllowMultipleArgumentsPerToken = false,
    };

    public static Option<string?> Classifier { get; } = new("--classifier")
    {
        Description = "A bundled network's name, NET=FILE for published weights, or a file that limpid wrote.",
        HelpName = "C",
    };

    public static Option<string?> Defense { get; } = new("--defense")
    {
        Description = "The recipe whose defense is used.",
        HelpName = "RECIPE",
        CompletionSources = { _ => BundledFiles.Recipes.Select(name => new CompletionItem(name)) },
    };

    /// <summary>The recipe with everything that the call changes; options win over the recipe, --set over both.</summary>
    public static Recipe Open(Session session, Argument<string> name) => Open(session, session.Get(name));

    /// <summary>The recipe of a defense, in front of the classifier that the call names.</summary>
    public static Recipe OpenDefense(Session session, string name) =>
        Open(session, name, session.Get(Classifier) is { } classifier ? [$"classifier={classifier}"] : []);

    /// <summary>The recipe with everything that the call changes.</summary>
    public static Recipe Open(Session session, string name, params IEnumerable<string> changes)
    {
        var all = changes.ToList();
        if (session.Seed is { } seed)
        {
            all.Add(string.Create(CultureInfo.InvariantCulture, $"seed={seed}"));
        }
        if (session.Batch is { } batch)
        {
            all.Add(string.Create(CultureInfo.InvariantCulture, $"batch={batch}"));
        }
        return Limpid.Recipes.Recipe.Open(name, [.. all, .. session.Get(Set) ?? []]);
    }
}
