using Limpid.Evaluation;

namespace Limpid.Training;

/// <summary>How good a trained classifier is on training images that were held out.</summary>
/// <param name="Clean">Accuracy on them as they are, Wilson interval over images.</param>
/// <param name="Robust">Accuracy under PGD of <see cref="AttackSteps"/> steps within the threat it was trained for; null where it was trained for none.</param>
public sealed record ClassifierReport(Interval Clean, Interval? Robust)
{
    /// <summary>Steps of the measuring attack: PGD of Madry et al. from a random start, the last iterate judged.</summary>
    public const int AttackSteps = 20;
}
