using Limpid.Attacks;
using Limpid.Defenses;
using Limpid.Torch;
using Limpid.Torch.Noise;

namespace Limpid.Tests.Attacks;

/// <summary>What every attack must do, whatever it is: a row of the table per attack.</summary>
public sealed class AttackConformanceTests
{
    private static readonly Threat linf = new(ThreatNorm.Linf, 0.05);
    private static readonly Threat l2 = new(ThreatNorm.L2, 0.4);
    private static readonly long[] shape = [2, 6, 6];
    private const int Count = 5;

    public static TheoryData<IAttack> Attacks => new()
    {
        new Fgsm(linf),
        new Fgsm(l2),
        new Bim(linf) { Steps = 6 },
        new Pgd(linf) { Steps = 6 },
        new Pgd(l2) { Steps = 8 },
        new Pgd(linf) { Steps = 6, Keep = Keep.Best, Samples = 3 },
        new Pgd(l2) { Steps = 8, Samples = 2, BatchedSamples = true, Loss = AttackLosses.Margin },
        new Pgd(linf) { Steps = 4, Restarts = 3 },
        Pgd.LeeKim(l2) with { Steps = 8, Samples = 2 },
        new PersistentBpda(linf) { Steps = 6, Samples = 3, VerifySamples = 5 },
        new PersistentBpda(l2) { Steps = 8, Samples = 2, VerifySamples = 3 },
        new MinimumMarginAttack(linf) { Steps = 6 },
        new MinimumMarginAttack(l2) { Steps = 8, Samples = 2 },
    };

    public static TheoryData<IAttack> Controls => new() { new RandomNoise(linf), new RandomNoise(l2) };

    [Theory]
    [MemberData(nameof(Attacks))]
    [MemberData(nameof(Controls))]
    public void It_stays_in_the_ball_and_in_the_box_in_either_precision(IAttack attack)
    {
        foreach (var dtype in new[] { DType.Float32, DType.Float64 })
        {
            using var scope = TensorScope.Begin();
            using var classifier = new LinearClassifier(1, shape, dtype: dtype);
            var images = Images(dtype);
            var found = attack.Run(Random(classifier), images, Labels(classifier, images), Noise(3)).Adversarial;

            found.DType.ShouldBe(dtype);
            attack.Threat.Geometry().Distance(found, images).Max().ShouldBeLessThanOrEqualTo(attack.Threat.Epsilon * (1 + 1e-6) + 1e-7);
            found.Min().Item().ShouldBeGreaterThanOrEqualTo(0);
            found.Max().Item().ShouldBeLessThanOrEqualTo(1);
        }
    }

    [Theory]
    [MemberData(nameof(Attacks))]
    [MemberData(nameof(Controls))]
    public void The_same_seed_finds_the_same_images(IAttack attack)
    {
        using var scope = TensorScope.Begin();
        using var classifier = new LinearClassifier(1, shape);
        var images = Images(DType.Float64);
        var labels = Labels(classifier, images);

        var first = attack.Run(Random(classifier), images, labels, Noise(3));
        var second = attack.Run(Random(classifier), images, labels, Noise(3));

        second.Adversarial.ToDoubles().ShouldBe(first.Adversarial.ToDoubles());
        second.Success.ShouldBe(first.Success);
        second.Iterations.ShouldBe(first.Iterations);
    }

    [Theory]
    [MemberData(nameof(Attacks))]
    [MemberData(nameof(Controls))]
    public void A_row_is_attacked_alone_as_it_is_in_a_batch(IAttack attack)
    {
        using var scope = TensorScope.Begin();
        using var classifier = new LinearClassifier(1, shape);
        var images = Images(DType.Float64);
        var labels = Labels(classifier, images);
        var together = attack.Run(Random(classifier), images, labels, Noise(3));

        for (int row = 0; row < Count; row++)
        {
            var alone = attack.Run(Random(classifier), images.Rows([row]), labels.Rows([row]), Noise(3).Rows([row]));

            GoldenAttacks.LargestDifference(alone.Adversarial, together.Adversarial.Rows([row])).ShouldBeLessThan(1e-12);
            alone.Success[0].ShouldBe(together.Success[row]);
        }
    }

    [Theory]
    [MemberData(nameof(Attacks))]
    public void It_breaks_an_undefended_classifier_whose_images_lie_near_its_border(IAttack attack)
    {
        using var scope = TensorScope.Begin();
        using var classifier = new LinearClassifier(1, shape);
        var images = NearBorder(classifier, attack.Threat, share: 0.5);
        var labels = Labels(classifier, images);
        var result = attack.Run(new ClassifierTarget(classifier), images, labels, Noise(3));

        result.Success.ShouldAllBe(success => success);
        classifier.Logits(result.Adversarial).ArgMax(1).NotEqualTo(labels).All().ShouldBeTrue();
    }

    [Theory]
    [MemberData(nameof(Attacks))]
    public void It_breaks_nothing_that_lies_beyond_its_reach(IAttack attack)
    {
        using var scope = TensorScope.Begin();
        using var classifier = new LinearClassifier(1, shape);
        var images = NearBorder(classifier, attack.Threat, share: 1.02);
        var result = attack.Run(new ClassifierTarget(classifier), images, Labels(classifier, images), Noise(3));

        result.Success.ShouldAllBe(success => !success);
    }

    [Theory]
    [MemberData(nameof(Attacks))]
    public void It_leaves_no_native_tensor_behind(IAttack attack)
    {
        using var scope = TensorScope.Begin();
        using var classifier = new LinearClassifier(1, shape);
        var images = Images(DType.Float64);
        var labels = Labels(classifier, images);
        var target = Random(classifier);
        long before = LiveHandles.Settled();

        attack.Run(target, images, labels, Noise(3)).Adversarial.Dispose();

        Engine.LiveTensors.ShouldBe(before);
    }

    [Fact]
    public void PGD_finds_the_worst_perturbation_of_a_linear_classifier()
    {
        foreach (var threat in new[] { linf, l2 })
        {
            using var scope = TensorScope.Begin();
            using var classifier = new LinearClassifier(1, shape);
            var images = NearBorder(classifier, threat, share: 0.5);
            var labels = Labels(classifier, images);
            var result = new Pgd(threat) { Steps = 80, Loss = AttackLosses.Margin }.Run(new ClassifierTarget(classifier), images, labels, Noise(3));
            double[] gained = (AttackLosses.Margin(classifier.Logits(result.Adversarial), labels) - AttackLosses.Margin(classifier.Logits(images), labels)).ToDoubles();

            gained.ShouldAllBe(gain => Math.Abs(gain - threat.Epsilon * classifier.DualNorm(threat.Norm)) < 1e-6);
        }
    }

    private static ITarget Random(LinearClassifier classifier) => new Defense(classifier, new ToyPurifier(quantizes: false)).Target();

    private static KeyedNoise Noise(ulong seed) => new(seed, [.. Enumerable.Range(0, Count).Select(i => new SampleKey(100 + i))]);

    private static Tensor Images(DType dtype)
    {
        using var scope = TensorScope.Begin();
        return scope.Return(Noise(9).Uniform(NoisePurpose.Control, 0, shape).To(dtype));
    }

    private static Tensor Labels(LinearClassifier classifier, Tensor images) => classifier.Logits(images).ArgMax(1);

    // Images around the middle of the box whose margin is a share of what the threat can take from it.
    private static Tensor NearBorder(LinearClassifier classifier, Threat threat, double share)
    {
        using var scope = TensorScope.Begin();
        var raw = (Images(DType.Float64) - 0.5) * 0.2 + 0.5;
        var x = raw.AsVariable();
        var margin = classifier.Logits(x).Select(1, 1);
        var weight = Gradient.Of(margin.Sum(), x);
        double goal = share * threat.Epsilon * classifier.DualNorm(threat.Norm);
        var toGoal = (goal - margin.Detach()) / weight.Square().Sum([1, 2, 3]);
        return scope.Return(raw + weight * toGoal.Reshape(-1, 1, 1, 1));
    }
}
