using System.CommandLine;
using System.Globalization;
using Limpid.Recipes;

namespace Limpid.Cli;

/// <summary>The argument and options of every command that runs a recipe.</summary>
internal static class RecipeOptions
{
    public static Argument<string> Recipe { get; } = new("RECIPE") { Description = "A bundled recipe's name (see `limpid recipes list`), or a YAML file." };

    public static Option<string[]> Set { get; } = new("--set")
    {
        Description = "Replaces a key of the recipe, such as attack.steps=40; may be given several times.",
        HelpName = "key=value",
        AllowMultipleArgumentsPerToken = false,
    };

    /// <summary>The recipe with everything that the call changes; the common options win over the recipe, --set over both.</summary>
    public static Recipe Open(Session session, Argument<string> name)
    {
        var changes = new List<string>();
        if (session.Seed is { } seed)
        {
            changes.Add(string.Create(CultureInfo.InvariantCulture, $"seed={seed}"));
        }
        if (session.Batch is { } batch)
        {
            changes.Add(string.Create(CultureInfo.InvariantCulture, $"batch={batch}"));
        }
        return Limpid.Recipes.Recipe.Open(session.Get(name), [.. changes, .. session.Get(Set) ?? []]);
    }
}
