using Limpid.Defenses;

namespace Limpid.Recipes.Kinds;

/// <summary>The defenses that recipes can name: a new one adds a file here and a line.</summary>
public static class DefenseKinds
{
    /// <summary>All of them, in the order to show.</summary>
    public static KindTable<Defense> Table { get; } = new("defense",
        NoDefenseKind.Kind,
        DiffPureKind.Kind,
        GdmpKind.Kind,
        GnsKind.Kind,
        HeterogeneousKind.Kind,
        DadKind.Kind,
        DadDenoiserKind.Kind,
        RapKind.Kind);
}
