using Limpid.Attacks;
using Limpid.Defenses;
using Limpid.Diffusion;
using Limpid.Purification;
using Limpid.Purification.Networks;
using Limpid.Purification.ReverseAdversarial;
using Limpid.Tests.Attacks;
using Limpid.Tests.Support;
using Limpid.Torch;
using Limpid.Torch.Noise;

namespace Limpid.Tests.Purification;

/// <summary>RAP's three ways back, with an adapter that is the identity or a random small network, before a plane.</summary>
public sealed class RapTests
{
    private const double Lambda = 0.01;

    private static readonly long[] Shape = [1, 8, 8];
    private static readonly KeyedNoise Noise = new(5, [.. Enumerable.Range(0, 4).Select(i => new SampleKey(i))]);
    private static readonly RapAdapterOptions Tiny = new() { Width = 8, Multipliers = [1, 2], Heads = 1, HeadWidth = 4, Channels = 1 };
    private static readonly AdversarialProcessOptions Process = new() { Threat = "linf:0.1", Steps = 3, StepSize = Lambda };

    [Fact]
    public void One_step_is_the_adapter_at_the_constant_T()
    {
        using var scope = TensorScope.Begin();
        using var adapter = RapAdapterTests.Network(Tiny, Process);
        using var classifier = Classifier();
        var images = Images();

        var purified = new Defense(classifier, new Rap(adapter, classifier)).Purify(images, Noise);

        var expected = ((adapter.Forward(images * 2 - 1, Same(3)) + 1) * 0.5).Clamp(0, 1);
        Golden.Difference(purified, expected).ShouldBe(0);
        Golden.Difference(purified, images).ShouldBeGreaterThan(1e-3);
        var early = new Defense(classifier, new Rap(adapter, classifier) { Steps = new StepCount(1) }).Purify(images, Noise);
        Golden.Difference(early, ((adapter.Forward(images * 2 - 1, Same(1)) + 1) * 0.5).Clamp(0, 1)).ShouldBe(0);
    }

    // With the identity for an adapter each D moves along one sign: T−1 + … + 1 steps in all.
    [Fact]
    public void Algorithm_2_attacks_each_estimate_away_from_the_class_that_is_seen()
    {
        using var scope = TensorScope.Begin();
        using var adapter = Identity();
        using var classifier = Classifier(bias: 5);
        var images = Images();
        var away = Away(classifier, images);

        var purified = Purify(adapter, classifier, RapMode.IterativePseudoLabel, images);

        Golden.Difference(purified, images + away * (3 * Lambda)).ShouldBeLessThan(1e-6);
    }

    // −D(t) + D(t−1) takes back one step of each D: three in all.
    [Fact]
    public void The_cold_sampler_takes_back_one_step_of_attack_at_a_time()
    {
        using var scope = TensorScope.Begin();
        using var adapter = Identity();
        using var classifier = Classifier(bias: 5);
        var images = Images();
        var away = Away(classifier, images);

        var purified = Purify(adapter, classifier, RapMode.IterativeCold, images);

        Golden.Difference(purified, images - away * (3 * Lambda)).ShouldBeLessThan(1e-6);
    }

    [Theory]
    [InlineData(RapMode.OneStep)]
    [InlineData(RapMode.IterativePseudoLabel)]
    [InlineData(RapMode.IterativeCold)]
    public void Inference_is_deterministic_and_does_not_depend_on_the_batch(RapMode mode)
    {
        using var scope = TensorScope.Begin();
        using var adapter = RapAdapterTests.Network(Tiny, Process);
        using var classifier = Classifier();
        var images = Images();
        var rap = new Rap(adapter, classifier, mode);

        var whole = new Defense(classifier, rap).Purify(images, Noise);
        var again = new Defense(classifier, rap).Purify(images, new KeyedNoise(99, [.. Enumerable.Range(7, 4).Select(i => new SampleKey(i))]));
        var apart = new Defense(classifier, rap) { BatchSize = 3 }.Purify(images, Noise);

        new Defense(classifier, rap).Target().IsDeterministic.ShouldBeTrue();
        Golden.Difference(again, whole).ShouldBe(0, "other noise changes nothing");
        // Left to libtorch, the sign of a gradient near zero may flip with the last bit of a differently cut convolution.
        (apart - whole).Abs().GreaterThan(Batches.Tolerance).To(DType.Float64).Mean().Item().ShouldBeLessThanOrEqualTo(1000 * Batches.Tolerance);
    }

    [Fact]
    public void The_gradient_of_one_step_is_that_of_autograd_and_of_finite_differences()
    {
        using var scope = TensorScope.Begin();
        using var adapter = RapAdapterTests.Network(Tiny, Process);
        using var classifier = Classifier();
        var images = Images();
        var target = new Defense(classifier, new Rap(adapter, classifier)).Target();
        var labels = Tensor.From([0L, 1, 0, 1], 4);
        var x = images.AsVariable();
        Tensor Loss(Tensor at) => Functional.CrossEntropy(new RobustClassifier(adapter, classifier).Logits(at), labels).Sum();
        var direction = Noise.Normal(NoisePurpose.Control, 2, Shape);
        const double h = 1e-2;

        var gradient = target.LossAndGradient(images, labels, AttackLosses.CrossEntropy, Noise).Gradient;

        Golden.RelativeDifference(gradient, Gradient.Of(Loss(x), x)).ShouldBeLessThan(1e-5);
        double slope = (gradient * direction).Sum().Item();
        double difference = (Loss(images + direction * h) - Loss(images - direction * h)).Item() / (2 * h);
        slope.ShouldBe(difference, Math.Abs(difference) * 0.03);
    }

    // Straight-through: ∂D/∂x̂₀ = I, so the gradient is that of the adapter's own calls, at the states that the chain visits.
    [Fact]
    public void Straight_through_passes_algorithm_2s_gradient_as_if_attacks_added_constants()
    {
        using var scope = TensorScope.Begin();
        using var adapter = RapAdapterTests.Network(Tiny, Process);
        using var classifier = Classifier();
        var images = Images();
        var rap = new Rap(adapter, classifier, RapMode.IterativePseudoLabel) { Steps = new StepCount(2) };
        using var plan = rap.Plan(images, Noise);
        using var trace = Chain.Trace(plan, images, Noise);
        var weights = Noise.Normal(NoisePurpose.Control, 1, Shape);

        var pulled = trace.Pullback(weights);

        var x = images.AsVariable();
        var second = adapter.Forward(x * 2 - 1, Same(2));
        var constant = (Attacked(adapter, classifier, second.Detach()) - second).Detach();
        var output = ((adapter.Forward(second + constant, Same(1)) + 1) * 0.5).Clamp(0, 1);
        Golden.RelativeDifference(trace.Output, output.Detach()).ShouldBeLessThan(1e-5);
        Golden.RelativeDifference(pulled, Gradient.Of(output, x, weights)).ShouldBeLessThan(1e-4);
        Golden.Difference(pulled, weights).ShouldBeGreaterThan(1e-3, "it is not the identity");
    }

    [Fact]
    public void Straight_through_makes_the_cold_samplers_gradient_the_identity()
    {
        using var scope = TensorScope.Begin();
        using var adapter = RapAdapterTests.Network(Tiny, Process);
        using var classifier = Classifier();
        var images = Images();
        using var plan = new Rap(adapter, classifier, RapMode.IterativeCold).Plan(images, Noise);
        using var trace = Chain.Trace(plan, images, Noise);
        var weights = Noise.Normal(NoisePurpose.Control, 1, Shape);

        var pulled = trace.Pullback(weights);

        Golden.Difference(trace.Output, images).ShouldBeGreaterThan(0.5 * Lambda);
        Golden.Difference(pulled, weights).ShouldBeLessThan(1e-6);
    }

    [Fact]
    public void Steps_that_the_adapter_does_not_know_are_refused()
    {
        using var scope = TensorScope.Begin();
        using var adapter = Identity();
        using var classifier = Classifier();

        foreach (int steps in new[] { 0, 4 })
        {
            Should.Throw<InputException>(() => new Rap(adapter, classifier) { Steps = new StepCount(steps) }.Plan(Images(), Noise))
                .Message.ShouldContain($"from 1 to 3 steps with this adapter, not {steps}");
        }
    }

    private static Tensor Purify(RapAdapter adapter, LinearClassifier classifier, RapMode mode, Tensor images) =>
        new Defense(classifier, new Rap(adapter, classifier, mode)).Purify(images, Noise);

    // One step from an estimate, away from the class that the classifier sees in it; in [−1,1].
    private static Tensor Attacked(RapAdapter adapter, LinearClassifier classifier, Tensor estimate)
    {
        var pixels = ((estimate + 1) * 0.5).Clamp(0, 1);
        var process = new AdversarialProcess(new RobustClassifier(adapter, classifier), Process);
        return process.States(pixels, pixels, classifier.Logits(pixels).ArgMax(1), 1)[^1] * 2 - 1;
    }

    // The sign of the gradient of the loss at the class that is seen.
    private static Tensor Away(LinearClassifier classifier, Tensor images)
    {
        var x = images.AsVariable();
        var logits = classifier.Logits(x);
        return Gradient.Of(Functional.CrossEntropy(logits, logits.Detach().ArgMax(1)).Sum(), x).Sign();
    }

    private static RapAdapter Identity()
    {
        var adapter = new RapAdapter(Tiny, Process);
        adapter.Initialize(1);
        return adapter;
    }

    // With a bias no few steps change the class that is seen.
    private static LinearClassifier Classifier(double bias = 0) => new(1, Shape, bias, DType.Float32);

    private static Tensor Images() => Noise.Uniform(NoisePurpose.Training, 0, Shape) * 0.4 + 0.3;

    private static StepCount[] Same(int t) => [.. Enumerable.Repeat(new StepCount(t), 4)];
}
