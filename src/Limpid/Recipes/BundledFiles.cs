namespace Limpid.Recipes;

/// <summary>Recipes and weights that are shipped beside the assembly.</summary>
public static class BundledFiles
{
    /// <summary>The folder that holds <c>recipes</c> and <c>weights</c>.</summary>
    public static string Root { get; } = AppContext.BaseDirectory;

    /// <summary>The names of the bundled recipes, in order.</summary>
    public static IReadOnlyList<string> Recipes { get; } = Names("recipes", ".yaml");

    /// <summary>The names of the bundled trainings, such as <c>train/shapes-denoiser</c>, in order.</summary>
    public static IReadOnlyList<string> Trainings { get; } = [.. Names(Path.Combine("recipes", "train"), ".yaml").Select(name => $"train/{name}")];

    /// <summary>The names of the bundled networks, in order.</summary>
    public static IReadOnlyList<string> Networks { get; } = Names("weights", ".safetensors");

    /// <summary>Path of a bundled recipe, or null.</summary>
    public static string? Recipe(string name) => Recipes.Contains(name, StringComparer.Ordinal) ? Path.Combine(Root, "recipes", name + ".yaml") : null;

    /// <summary>Path of a bundled network's weights, or null.</summary>
    public static string? Network(string name) => Networks.Contains(name, StringComparer.Ordinal) ? Path.Combine(Root, "weights", name + ".safetensors") : null;

    private static string[] Names(string folder, string ending)
    {
        string path = Path.Combine(Root, folder);
        return Directory.Exists(path)
            ? [.. Directory.EnumerateFiles(path, "*" + ending).Select(file => Path.GetFileNameWithoutExtension(file)).Order(StringComparer.Ordinal)]
            : [];
    }
}
