using System.CommandLine;
using Limpid.Recipes;

namespace Limpid.Cli.Commands;

/// <summary><c>limpid recipes</c>: what can be asked for, key by key.</summary>
internal static class RecipesCommand
{
    private static readonly Argument<string> Name = new("RECIPE") { Description = "A bundled recipe's name, or a YAML file." };

    public static Command Create(CancellationToken cancellation) => new("recipes", "Recipes: lists them, shows every key, checks a file.")
    {
        new Command("list", "The bundled recipes.").Runs(List, cancellation),
        new Command("show", "Every key of a recipe with its value, default, type and source; with --json the resolved recipe.") { Name, RecipeOptions.Set, Yaml }.Runs(Show, cancellation),
        new Command("validate", "Checks a recipe and says what it resolves to.") { Name, RecipeOptions.Set }.Runs(Validate, cancellation),
    };

    private static Option<bool> Yaml { get; } = new("--yaml") { Description = "Only the resolved recipe, as YAML." };

    private static int List(Session session)
    {
        foreach (string name in BundledFiles.Recipes)
        {
            var recipe = Recipe.Open(name);
            session.Result(new { name, about = recipe.Values.Text("about"), hash = recipe.Hash }, $"{name,-24} {recipe.Values.Text("about")}");
        }
        foreach (string name in BundledFiles.Trainings)
        {
            string about = RecipeText.ReadFile(Path.Combine(BundledFiles.Root, "recipes", name + ".yaml")).Children.GetValueOrDefault("about")?.Value ?? "";
            session.Result(new { name, about }, $"{name,-24} {about}");
        }
        return ExitCode.Done;
    }

    private static int Show(Session session)
    {
        var recipe = RecipeOptions.Open(session, Name);
        if (session.Json)
        {
            session.Result(new { name = recipe.Name, hash = recipe.Hash, keys = RecipeTable.Rows(recipe.Values) }, "");
        }
        else if (session.Get(Yaml))
        {
            Terminal.Out.Write(recipe.ToYaml());
        }
        else
        {
            foreach (var row in RecipeTable.Rows(recipe.Values))
            {
                session.Text($"{row.Key} = {row.Value}");
                session.Text($"    {row.Meaning} ({row.Type}; default {(row.Default.Length == 0 ? "empty" : row.Default)}; {row.Source})");
            }
            session.Text($"hash {recipe.Hash}");
        }
        return ExitCode.Done;
    }

    private static int Validate(Session session)
    {
        var recipe = RecipeOptions.Open(session, Name);
        session.Result(new { name = recipe.Name, hash = recipe.Hash, valid = true }, $"{recipe.Name} is valid; hash {recipe.Hash}");
        return ExitCode.Done;
    }
}
