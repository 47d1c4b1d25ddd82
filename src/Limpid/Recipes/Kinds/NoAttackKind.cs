using Limpid.Attacks;

namespace Limpid.Recipes.Kinds;

internal static class NoAttackKind
{
    public static Kind<IAttack> Kind { get; } = new("none", "No attack: clean accuracy only.", [], (_, parts) => new NoAttack(parts.Threat));
}
