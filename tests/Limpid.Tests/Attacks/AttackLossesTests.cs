using Limpid.Attacks;
using Limpid.Defenses;
using Limpid.Torch;
using Limpid.Torch.Noise;

namespace Limpid.Tests.Attacks;

public sealed class AttackLossesTests
{
    [SharedFact]
    public void Cross_entropy_and_its_gradient_are_the_reference_ones() =>
        Compare("ce", AttackLosses.CrossEntropy, GoldenAttacks.Load("losses", "y"), firstRow: 0);

    // Row 0 has all logits equal: every tie-break is valid there.
    [SharedFact]
    public void DLR_and_its_gradient_are_the_reference_ones() =>
        Compare("dlr", AttackLosses.Dlr, GoldenAttacks.Load("losses", "y"), firstRow: 3);

    [SharedTheory]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    [InlineData(10)]
    public void Targeted_DLR_and_its_gradient_are_the_reference_ones(int rank)
    {
        using var scope = TensorScope.Begin();
        var both = Tensor.Stack([GoldenAttacks.Load("losses", "y"), GoldenAttacks.Load("losses", $"target_{rank}")], 1);

        Compare($"dlr_targeted_{rank}", AttackLosses.TargetedDlr, both, firstRow: 3);
    }

    // The reference takes 0 for the best other logit where all are negative: those rows are left out.
    [SharedFact]
    public void The_margin_is_the_negative_of_the_reference_CW_term_where_that_is_clean()
    {
        using var scope = TensorScope.Begin();
        var logits = GoldenAttacks.Load("losses", "logits");
        var labels = GoldenAttacks.Load("losses", "y");
        double[] reference = GoldenAttacks.Load("losses", "cw_f_torchattacks").ToDoubles();
        double[] margins = AttackLosses.Margin(logits, labels).ToDoubles();
        double[] z = logits.ToDoubles();
        long[] y = labels.ToLongs();

        for (int row = 0; row < y.Length; row++)
        {
            double other = Enumerable.Range(0, 10).Where(k => k != y[row]).Max(k => z[(row * 10) + k]);
            if (other >= 0)
            {
                Math.Max(-margins[row], 0).ShouldBe(reference[row], 1e-12, $"row {row}");
            }
        }
    }

    [SharedFact]
    public void Input_gradients_are_the_reference_ones_in_double_precision()
    {
        using var scope = TensorScope.Begin();
        var target = new ClassifierTarget(new GoldenNet(DType.Float64));
        var noise = new KeyedNoise(1, new SampleKey[12]);
        var images = GoldenAttacks.Images(DType.Float64);
        var ce = target.LossAndGradient(images, GoldenAttacks.Labels(), AttackLosses.CrossEntropy, noise);
        var dlr = target.LossAndGradient(images, GoldenAttacks.Labels(), AttackLosses.Dlr, noise);

        GoldenAttacks.LargestDifference(ce.Loss, GoldenAttacks.Load("losses", "image_ce")).ShouldBeLessThan(1e-10);
        GoldenAttacks.LargestDifference(ce.Gradient, GoldenAttacks.Load("losses", "image_ce_grad")).ShouldBeLessThan(1e-6);
        GoldenAttacks.LargestDifference(dlr.Loss, GoldenAttacks.Load("losses", "image_dlr")).ShouldBeLessThan(1e-10);
        GoldenAttacks.LargestDifference(dlr.Gradient, GoldenAttacks.Load("losses", "image_dlr_grad")).ShouldBeLessThan(1e-6);
    }

    [Fact]
    public void DLR_of_two_classes_is_refused()
    {
        using var scope = TensorScope.Begin();

        Should.Throw<InputException>(() => AttackLosses.Dlr(Tensor.Zeros([1, 2]), Tensor.From([0L], 1))).Message.ShouldContain("3 classes");
    }

    private static void Compare(string name, SampleLoss loss, Tensor labels, int firstRow)
    {
        using var scope = TensorScope.Begin();
        var logits = GoldenAttacks.Load("losses", "logits").AsVariable();
        var values = loss(logits, labels);
        var gradient = Gradient.Of(values.Sum(), logits);

        Relative(values.Detach(), GoldenAttacks.Load("losses", name), firstRow).ShouldBeLessThan(1e-10);
        Relative(gradient, GoldenAttacks.Load("losses", $"{name}_grad"), firstRow).ShouldBeLessThan(1e-10);
    }

    private static double Relative(Tensor actual, Tensor expected, int firstRow)
    {
        var (a, e) = (actual.Slice(0, firstRow, 24), expected.Slice(0, firstRow, 24));
        return ((a - e).Abs() / (e.Abs() + 1)).Max().Item();
    }
}
