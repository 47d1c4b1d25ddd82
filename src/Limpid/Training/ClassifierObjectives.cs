using Limpid.Attacks;
using Limpid.Classifiers;
using Limpid.Data;
using Limpid.Torch;

namespace Limpid.Training;

/// <summary>The objectives that a classifier's recipe may name.</summary>
internal static class ClassifierObjectives
{
    public const string CrossEntropy = "cross-entropy";

    private const string PgdAt = "pgd-at";
    private const string Trades = "trades";

    /// <exception cref="InputException">There is none of this name, or the attack's numbers are out of range.</exception>
    public static void Check(ClassifierTrainingOptions options)
    {
        if (options.Objective is not (CrossEntropy or PgdAt or Trades))
        {
            throw new InputException($"objective '{options.Objective}' is not known{NearestName.Hint(options.Objective, [CrossEntropy, PgdAt, Trades])} (known: {CrossEntropy}, {PgdAt}, {Trades})");
        }
        options.Attack.Check(Threat.Parse(options.Threat));
        if (!(options.Beta >= 0 && double.IsFinite(options.Beta)))
        {
            throw new InputException($"beta must be at least 0, not {options.Beta}");
        }
    }

    public static IBatchObjective Create(ClassifierTrainingOptions options, NetworkClassifier classifier)
    {
        InnerMaximization Inner() => new(classifier, Threat.Parse(options.Threat), options.Attack);
        return options.Objective switch
        {
            PgdAt => new AdversarialObjective(classifier, Inner(), options.LabelSmoothing),
            Trades => new TradesObjective(classifier, Inner(), options.Beta, options.LabelSmoothing),
            _ => new CrossEntropyObjective(classifier, options.LabelSmoothing),
        };
    }

    /// <summary>For the card: what the weights were made robust with.</summary>
    public static string Describe(ClassifierTrainingOptions options)
    {
        var (attack, start) = (options.Attack, options.Attack.RandomStart ? "a random start" : "the image");
        string search = FormattableString.Invariant($"{options.Threat}, {attack.Steps} steps of {StepText(options)} from {start}");
        string growth = attack.WarmUpSteps > 0 ? FormattableString.Invariant($", the radius growing over the first {attack.WarmUpSteps:N0} training steps") : "";
        return options.Objective switch
        {
            PgdAt => $"adversarial training (PGD-AT, Madry et al. 2018): {search}{growth}",
            Trades => FormattableString.Invariant($"TRADES (Zhang et al. 2019), beta {options.Beta}: {search}{growth}"),
            _ => "cross-entropy",
        };
    }

    private static string StepText(ClassifierTrainingOptions options) =>
        options.Attack.StepSize == "auto" ? FormattableString.Invariant($"{options.Attack.StepFor(Threat.Parse(options.Threat)):G3}") : options.Attack.StepSize;
}
