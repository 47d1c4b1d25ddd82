using Limpid.Attacks;

namespace Limpid.Recipes.Kinds;

/// <summary>The attacks that recipes can name: a new one adds a file here and a line.</summary>
public static class AttackKinds
{
    /// <summary>All of them, in the order to show.</summary>
    public static KindTable<IAttack> Table { get; } = new("attack",
        NoAttackKind.Kind,
        NoiseKinds.Uniform,
        NoiseKinds.Gaussian,
        FgsmKind.Kind,
        BimKind.Kind,
        PgdKind.Kind,
        PersistentBpdaKind.Kind);
}
