using Limpid.Defenses;

namespace Limpid.Recipes.Kinds;

/// <summary>What a gate can stand in front of.</summary>
internal static class PurifierKinds
{
    public static KindTable<Defense> Table { get; } = new("purifier",
        DadDenoiserKind.Kind,
        DiffPureKind.Kind,
        GdmpKind.Kind,
        GnsKind.Kind,
        HeterogeneousKind.Kind,
        RapKind.Kind);
}
