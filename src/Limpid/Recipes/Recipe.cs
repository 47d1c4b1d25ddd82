using System.Security.Cryptography;
using System.Text;
using Limpid.Data;
using Limpid.Torch;

namespace Limpid.Recipes;

/// <summary>A checked description of an experiment: every key has a value, given or default.</summary>
public sealed class Recipe
{
    // What changes speed or wording, but never a result.
    private static readonly string[] NotInHash = ["about", "batch"];

    private Recipe(string name, RecipeSection values) => (Name, Values) = (name, values);

    /// <summary>The bundled name, or the file's name without its ending.</summary>
    public string Name { get; }

    /// <summary>Every key with its value.</summary>
    public RecipeSection Values { get; }

    /// <summary>SHA-256 of all values that can change a result, in hexadecimal.</summary>
    public string Hash => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(string.Join('\n',
        Values.Flatten().Where(entry => !NotInHash.Contains(entry.Key)).Select(entry => $"{entry.Key}={entry.Value}")))));

    /// <summary>Opens a bundled recipe by name, or a file.</summary>
    /// <param name="nameOrFile">Such as <c>diffpure</c> or <c>mine.yaml</c>.</param>
    /// <param name="overrides">Changes, each <c>key=value</c> with a dotted key.</param>
    /// <exception cref="InputException">There is no such recipe, or it or an override is wrong.</exception>
    public static Recipe Open(string nameOrFile, params IEnumerable<string> overrides)
    {
        ArgumentNullException.ThrowIfNull(nameOrFile);
        string path = BundledFiles.Recipe(nameOrFile) ?? (File.Exists(nameOrFile)
            ? nameOrFile
            : throw new InputException($"there is no recipe or file '{nameOrFile}'{NearestName.Hint(nameOrFile, BundledFiles.Recipes)} (bundled: {string.Join(", ", BundledFiles.Recipes)})"));
        return Resolve(Path.GetFileNameWithoutExtension(path), RecipeText.ReadFile(path), overrides);
    }

    /// <summary>Reads a recipe from text.</summary>
    /// <exception cref="InputException">The text or an override is wrong.</exception>
    public static Recipe Parse(string yaml, string name, params IEnumerable<string> overrides) => Resolve(name, RecipeText.Parse(yaml, name), overrides);

    /// <summary>The resolved recipe as YAML that reads back to the same recipe.</summary>
    public string ToYaml()
    {
        var text = new StringBuilder();
        RecipeYaml.Write(Values, text, indent: 0);
        return text.ToString();
    }

    private static Recipe Resolve(string name, RecipeNode node, IEnumerable<string> overrides)
    {
        foreach (string change in overrides)
        {
            int equals = change.IndexOf('=', StringComparison.Ordinal);
            if (equals <= 0)
            {
                throw new InputException($"--set '{change}' should read key=value, such as --set attack.steps=40");
            }
            string[] path = change[..equals].Trim().Split('.');
            if (path.Any(string.IsNullOrWhiteSpace))
            {
                throw new InputException($"--set '{change}': the key has an empty part; write it as in attack.steps");
            }
            node.Set(path, change[(equals + 1)..], $"--set {change[..equals].Trim()}");
        }
        return new Recipe(name, RecipeResolver.Resolve(RecipeReference.Keys, node));
    }
}
