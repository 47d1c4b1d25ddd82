using Limpid.Purification;

namespace Limpid.Recipes.Kinds;

/// <summary>The noise levels that recipes can name: a new one adds a file here and a line.</summary>
public static class LevelKinds
{
    /// <summary>All of them, in the order to show.</summary>
    public static KindTable<INoiseLevel> Table { get; } = new("level",
        SharedLevelKind.Kind,
        ScoreNormKinds.Sigmoid,
        ScoreNormKinds.Linear);
}
