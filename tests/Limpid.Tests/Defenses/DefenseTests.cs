using Limpid.Attacks;
using Limpid.Defenses;
using Limpid.Tests.Attacks;
using Limpid.Torch;
using Limpid.Torch.Noise;

namespace Limpid.Tests.Defenses;

public sealed class DefenseTests
{
    private static readonly long[] shape = [2, 6, 6];
    private static readonly KeyedNoise noise = new(5, [.. Enumerable.Range(0, 6).Select(i => new SampleKey(i))]);

    [Fact]
    public void Verdicts_do_not_depend_on_the_batch_size()
    {
        using var scope = TensorScope.Begin();
        using var classifier = new LinearClassifier(1, shape);
        var images = Images();
        var verdicts = new[] { 1, 4, 64 }
            .Select(batch => new Defense(classifier, new ToyPurifier(quantizes: true, sigma: 0.5)) { Votes = 5, BatchSize = batch }.Predict(images, noise))
            .ToList();

        foreach (var other in verdicts.Skip(1))
        {
            other.Select(v => v.Class).ShouldBe(verdicts[0].Select(v => v.Class));
            other.SelectMany(v => v.Votes).ShouldBe(verdicts[0].SelectMany(v => v.Votes));
        }
        verdicts[0].ShouldContain(v => v.Votes.Distinct().Count() > 1, "the draws should differ for the test to mean anything");
    }

    [Fact]
    public void A_majority_tie_goes_to_the_lowest_class()
    {
        double[][] draws = [[0, 0, 9], [0, 5, 0], [0, 0, 9], [0, 5, 0]];

        Voting.Join(draws, VoteRule.Majority).Class.ShouldBe(1);
        Voting.Join(draws, VoteRule.MeanLogit).Class.ShouldBe(2);
        Voting.Join(draws, VoteRule.Majority).Votes.ShouldBe([2, 1, 2, 1]);
    }

    [Fact]
    public void One_sure_draw_sways_the_mean_logit_but_not_the_mean_probability()
    {
        double[][] draws = [[2, 0], [2, 0], [0, 100]];

        Voting.Join(draws, VoteRule.MeanLogit).Class.ShouldBe(1);
        Voting.Join(draws, VoteRule.MeanProbability).Class.ShouldBe(0);
        Voting.Join(draws, VoteRule.MeanProbability).Confidence.ShouldBe(2.0 / 3 / (1 + Math.Exp(-2)), 1e-12);
    }

    [Fact]
    public void The_exact_gradient_is_that_of_finite_differences_under_the_same_noise()
    {
        using var scope = TensorScope.Begin();
        using var classifier = new LinearClassifier(1, shape);
        var target = new Defense(classifier, new ToyPurifier(quantizes: false)).Target();
        var images = Images() * 0.4 + 0.3; // away from the limits, where the derivative jumps
        var labels = Tensor.From([0L, 1, 0, 1, 0, 1], 6);
        var direction = noise.Normal(NoisePurpose.Control, 2, shape).To(DType.Float64);
        const double h = 1e-6;
        double Loss(Tensor at) => target.LossAndGradient(at, labels, AttackLosses.CrossEntropy, noise).Loss.Sum().Item();

        double slope = (target.LossAndGradient(images, labels, AttackLosses.CrossEntropy, noise).Gradient * direction).Sum().Item();

        slope.ShouldBe((Loss(images + direction * h) - Loss(images - direction * h)) / (2 * h), Math.Abs(slope) * 1e-5);
    }

    [Fact]
    public void BPDA_sees_through_a_quantizer_that_has_no_gradient()
    {
        using var scope = TensorScope.Begin();
        using var classifier = new LinearClassifier(1, shape);
        var defense = new Defense(classifier, new ToyPurifier(quantizes: true));
        var labels = Tensor.Zeros([6], DType.Int64);

        defense.Target().LossAndGradient(Images(), labels, AttackLosses.CrossEntropy, noise).Gradient.Abs().Max().Item().ShouldBe(0);
        defense.Target(GradientMode.Bpda).LossAndGradient(Images(), labels, AttackLosses.CrossEntropy, noise).Gradient.Abs().Min().Item().ShouldBeGreaterThan(0);
    }

    [Fact]
    public void All_modes_but_blind_and_surrogate_see_the_defenses_own_loss()
    {
        using var scope = TensorScope.Begin();
        using var classifier = new LinearClassifier(1, shape);
        var defense = new Defense(classifier, new ToyPurifier(quantizes: true)) { Surrogate = new ToyPurifier(quantizes: false) };
        var labels = Tensor.Zeros([6], DType.Int64);
        double[] Loss(GradientMode mode) => defense.Target(mode).LossAndGradient(Images(), labels, AttackLosses.CrossEntropy, noise).Loss.ToDoubles();

        Loss(GradientMode.Bpda).ShouldBe(Loss(GradientMode.Exact));
        Loss(GradientMode.Surrogate).ShouldNotBe(Loss(GradientMode.Exact));
        Loss(GradientMode.Blind).ShouldNotBe(Loss(GradientMode.Exact));
    }

    [Fact]
    public void A_missing_surrogate_is_refused_with_advice()
    {
        using var scope = TensorScope.Begin();
        using var classifier = new LinearClassifier(1, shape);

        Should.Throw<InputException>(() => new Defense(classifier, new ToyPurifier(quantizes: true)).Target(GradientMode.Surrogate))
            .Message.ShouldContain("surrogate purifier");
    }

    [Fact]
    public void Purifying_in_small_batches_gives_the_same_images()
    {
        using var scope = TensorScope.Begin();
        using var classifier = new LinearClassifier(1, shape);
        var purifier = new ToyPurifier(quantizes: false);

        var whole = new Defense(classifier, purifier).Purify(Images(), noise);
        var parts = new Defense(classifier, purifier) { BatchSize = 4 }.Purify(Images(), noise);

        GoldenAttacks.LargestDifference(parts, whole).ShouldBe(0);
    }

    private static Tensor Images()
    {
        using var scope = TensorScope.Begin();
        return scope.Return(noise.Uniform(NoisePurpose.Control, 0, shape).To(DType.Float64));
    }
}
