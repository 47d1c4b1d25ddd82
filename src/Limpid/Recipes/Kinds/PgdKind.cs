using Limpid.Attacks;

namespace Limpid.Recipes.Kinds;

internal static class PgdKind
{
    public static Kind<IAttack> Kind { get; } = new("pgd", "Projected gradient descent (Madry et al., ICLR 2018), with expectation over draws (Lee and Kim, ICCV 2023).",
        [
            new("steps", KeyType.Whole(1, 1_000_000), "20", "Gradient steps.", "Madry et al. on CIFAR-10; 200 in Lee and Kim"),
            AttackKeys.StepSize("auto is ε/4 for ℓ∞ and ε/5 for ℓ2"),
            AttackKeys.Samples,
            new("restarts", KeyType.Whole(1, 10_000), "1", "Runs from fresh starts; later ones attack only what is still right.", "Madry et al."),
            new("random-start", KeyType.Flag, "true", "Whether to start at a random point of the ball.", "Madry et al.; false in Lee and Kim"),
            new("keep", KeyType.Choice("last", "best"), "last", "Which iterate is returned.", "the protocol of most published tables"),
            new("loss", KeyType.Choice("cross-entropy", "margin", "dlr"), "cross-entropy", "What is ascended.", "Madry et al."),
            new("sign-steps", KeyType.Flag, "false", "ℓ2 only: steps along the sign of the gradient.", "true in the code of Lee and Kim"),
        ],
        (section, parts) =>
        {
            var attack = new Pgd(parts.Threat)
            {
                Steps = section.Whole("steps"),
                Samples = section.Whole("samples"),
                Restarts = section.Whole("restarts"),
                RandomStart = section.Flag("random-start"),
                Keep = section.Text("keep") == "best" ? Keep.Best : Keep.Last,
                Loss = Loss(section.Text("loss")),
                SignSteps = section.Flag("sign-steps"),
            };
            return section.RealOr("auto", "step-size") is { } size ? attack with { StepSize = size } : attack;
        });

    private static SampleLoss Loss(string name) => name switch
    {
        "margin" => AttackLosses.Margin,
        "dlr" => AttackLosses.Dlr,
        _ => AttackLosses.CrossEntropy,
    };
}
