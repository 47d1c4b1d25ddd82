using Limpid.Attacks;

namespace Limpid.Recipes.Kinds;

internal static class FgsmKind
{
    public static Kind<IAttack> Kind { get; } = new("fgsm", "One step of the whole radius (Goodfellow et al., ICLR 2015).",
        [AttackKeys.Samples],
        (section, parts) => new Fgsm(parts.Threat) { Samples = section.Whole("samples") });
}
