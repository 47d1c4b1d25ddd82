using Limpid.Torch;

namespace Limpid.Attacks;

/// <summary>The losses that attacks ascend, each a <see cref="SampleLoss"/>; z are the logits, y the label.</summary>
public static class AttackLosses
{
    private const double Guard = 1e-12; // of the reference implementation's denominators

    /// <summary>Cross-entropy log Σ exp z − z_y.</summary>
    /// <remarks>Underflows to a zero gradient in float32 where the model is sure; then use the margin.</remarks>
    public static Tensor CrossEntropy(Tensor logits, Tensor labels) => Functional.CrossEntropy(logits, labels);

    /// <summary>Margin max_{j≠y} z_j − z_y: positive if and only if another class wins (Carlini and Wagner, S&amp;P 2017, −f₆ without κ).</summary>
    public static Tensor Margin(Tensor logits, Tensor labels)
    {
        using var scope = TensorScope.Begin();
        var own = labels.Unsqueeze(1);
        var isOwn = Tensor.Range(logits.Size(1), DType.Int64, logits.Device).EqualTo(own);
        var others = Tensor.Where(isOwn, Tensor.Full([1], double.NegativeInfinity, logits.DType, logits.Device), logits);
        return scope.Return(others.Max([1]) - logits.Gather(1, own).Squeeze(1));
    }

    /// <summary>Difference of logits ratio −(z_y − max_{j≠y} z_j) / (z₍₁₎ − z₍₃₎) (Croce and Hein, ICML 2020, eq. 6).</summary>
    /// <remarks>Invariant under shift and scale of the logits; positive if and only if misclassified. Three classes at least.</remarks>
    /// <exception cref="InputException">Fewer than three classes.</exception>
    public static Tensor Dlr(Tensor logits, Tensor labels)
    {
        RequireClasses(logits, 3, "DLR");
        using var scope = TensorScope.Begin();
        var (ranked, classes) = logits.Sort(1);
        var own = labels.Unsqueeze(1);
        var wins = classes.Select(1, classes.Size(1) - 1).EqualTo(labels);
        var rival = Tensor.Where(wins, Rank(ranked, 2), Rank(ranked, 1));
        var lead = logits.Gather(1, own).Squeeze(1) - rival;
        return scope.Return(-lead / (Rank(ranked, 1) - Rank(ranked, 3) + Guard));
    }

    /// <summary>Targeted DLR −(z_y − z_t) / (z₍₁₎ − (z₍₃₎ + z₍₄₎)/2) (Croce and Hein, ICML 2020, eq. 7).</summary>
    /// <param name="logits">[N,K], four classes at least.</param>
    /// <param name="labelsAndTargets">int64 [N,2]: true class and target of each row.</param>
    /// <exception cref="InputException">Fewer than four classes.</exception>
    public static Tensor TargetedDlr(Tensor logits, Tensor labelsAndTargets)
    {
        RequireClasses(logits, 4, "targeted DLR");
        using var scope = TensorScope.Begin();
        var (ranked, _) = logits.Sort(1);
        var both = logits.Gather(1, labelsAndTargets);
        var lead = both.Select(1, 0) - both.Select(1, 1);
        return scope.Return(-lead / (Rank(ranked, 1) - (Rank(ranked, 3) + Rank(ranked, 4)) * 0.5 + Guard));
    }

    // The k-th largest of an ascending order.
    private static Tensor Rank(Tensor ascending, int k) => ascending.Select(1, ascending.Size(1) - k);

    private static void RequireClasses(Tensor logits, int least, string loss)
    {
        if (logits.Size(1) < least)
        {
            throw new InputException($"the {loss} loss needs at least {least} classes, the model has {logits.Size(1)}: use the margin loss");
        }
    }
}
