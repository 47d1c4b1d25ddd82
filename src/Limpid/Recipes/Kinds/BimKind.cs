using Limpid.Attacks;

namespace Limpid.Recipes.Kinds;

internal static class BimKind
{
    public static Kind<IAttack> Kind { get; } = new("bim", "Small sign steps from the image itself (Kurakin et al., ICLR 2017 workshop).",
        [
            new("steps", KeyType.Whole(0, 1_000_000), "10", "Gradient steps; 0 is the paper's min(255ε + 4, 1.25 · 255ε).", "our choice"),
            AttackKeys.StepSize("auto is ε/4"),
            AttackKeys.Samples,
        ],
        (section, parts) =>
        {
            var attack = new Bim(parts.Threat) { Steps = section.Whole("steps"), Samples = section.Whole("samples") };
            return section.RealOr("auto", "step-size") is { } size ? attack with { StepSize = size } : attack;
        });
}
