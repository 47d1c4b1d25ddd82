using Limpid.Defenses;
using Limpid.Purification;
using Limpid.Torch;

namespace Limpid.Recipes.Kinds;

internal static class DadDenoiserKind
{
    public static Kind<Defense> Kind { get; } = new("dad-denoiser", "DAD's denoiser on every image, without a gate (ICML 2025).",
        [
            new("network", KeyType.Text, "shapes-dad-denoiser", "The denoiser: a bundled name, or a file that `limpid train` wrote; it says which noise it was trained with.", "bundled"),
            .. DefenseKeys.Votes("1", "as published"),
        ],
        Build);

    private static Defense Build(RecipeSection section, RecipeParts parts)
    {
        var network = parts.Own(DadDenoiserFile.Open(Trained(section, "network")));
        network.To(parts.Device);
        var purifier = new DenoiserPurifier(network);
        return DefenseKeys.Defense(section, parts, purifier, purifier);
    }

    /// <summary>Path of a bundled or own file that DAD's training wrote.</summary>
    /// <exception cref="InputException">There is none.</exception>
    internal static string Trained(RecipeSection section, string key)
    {
        string name = section.Text(key), path = BundledFiles.Network(name) ?? name;
        return File.Exists(path) ? path : throw new InputException($"{section.Where(key)}: there is no bundled network or file '{name}': make one with limpid train train/shapes-dad, and name it with --set {section.Where(key)}=FILE");
    }
}
