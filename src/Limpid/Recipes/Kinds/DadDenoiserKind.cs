using Limpid.Defenses;
using Limpid.Purification;

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
        string name = section.Text("network");
        var network = parts.Own(DadDenoiserFile.Open(BundledFiles.Network(name) ?? name));
        network.To(parts.Device);
        var purifier = new DenoiserPurifier(network);
        return DefenseKeys.Defense(section, parts, purifier, purifier);
    }
}
