using Limpid.Attacks;

namespace Limpid.Recipes.Kinds;

internal static class PersistentBpdaKind
{
    public static Kind<IAttack> Kind { get; } = new("bpda-eot", "Expectation over draws with persistence (Hill et al., ICLR 2021): few draws propose a break, many confirm it; set gradient to bpda.",
        [
            new("steps", KeyType.Whole(1, 1_000_000), "50", "Gradient steps; every iterate is judged.", "Hill et al., DiffPure"),
            AttackKeys.StepSize("auto is ε/4"),
            new("samples", KeyType.Whole(1, 100_000), "15", "Draws whose mean gives gradient and proposal.", "Hill et al., DiffPure"),
            new("verify-samples", KeyType.Whole(1, 100_000), "150", "Draws that decide whether a proposed image is broken.", "Hill et al., DiffPure"),
        ],
        (section, parts) =>
        {
            var attack = new PersistentBpda(parts.Threat)
            {
                Steps = section.Whole("steps"),
                Samples = section.Whole("samples"),
                VerifySamples = section.Whole("verify-samples"),
            };
            return section.RealOr("auto", "step-size") is { } size ? attack with { StepSize = size } : attack;
        });
}
