using Limpid.Purification;

namespace Limpid.Recipes.Kinds;

internal static class SharedLevelKind
{
    public static Kind<INoiseLevel> Kind { get; } = new("shared", "Every image as far as the purifier's t* says.", [], (_, _) => SharedLevel.Instance);
}
