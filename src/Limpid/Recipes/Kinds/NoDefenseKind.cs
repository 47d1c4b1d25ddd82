using Limpid.Defenses;

namespace Limpid.Recipes.Kinds;

internal static class NoDefenseKind
{
    public static Kind<Defense> Kind { get; } = new("none", "The classifier alone.", [],
        (_, parts) => new Defense(parts.Classifier) { BatchSize = parts.Batch });
}
