using Limpid.Attacks;
using Limpid.Purification;
using Limpid.Purification.ReverseAdversarial;
using Limpid.Tests.Attacks;
using Limpid.Tests.Support;
using Limpid.Torch;
using Limpid.Torch.Noise;

namespace Limpid.Tests.Purification;

/// <summary>RAP's attack process on a classifier whose gradient has the same sign everywhere, so that every state is known.</summary>
public sealed class AdversarialProcessTests
{
    private const double Lambda = 0.01;
    private const double Epsilon = 0.025;

    private static readonly long[] Shape = [1, 4, 4];
    private static readonly KeyedNoise Noise = new(5, [.. Enumerable.Range(0, 3).Select(i => new SampleKey(i))]);
    private static readonly AdversarialProcessOptions Linf = new() { Threat = "linf:0.025", Steps = 5, StepSize = Lambda };

    [Fact]
    public void Every_sign_step_is_lambda_along_the_gradient_until_the_ball_ends()
    {
        using var scope = TensorScope.Begin();
        using var classifier = new LinearClassifier(1, Shape);
        var images = Middle();
        var sign = LogitGradient(classifier, images).Sign();

        var states = new AdversarialProcess(classifier, Linf).States(images, images, Zeros(), 5);

        states.Count.ShouldBe(6);
        for (int k = 0; k <= 5; k++)
        {
            Golden.Difference(states[k], images + sign * Math.Min(k * Lambda, Epsilon)).ShouldBeLessThan(1e-12, $"step {k}");
        }
    }

    [Fact]
    public void L2_steps_are_lambda_along_the_unit_gradient()
    {
        using var scope = TensorScope.Begin();
        using var classifier = new LinearClassifier(1, Shape);
        var images = Middle();
        var direction = LogitGradient(classifier, images);
        var unit = direction / direction.Norm(2, [1, 2, 3], keepDimensions: true);

        var states = new AdversarialProcess(classifier, Linf with { Threat = "l2:0.025" }).States(images, images, Zeros(), 5);

        for (int k = 0; k <= 5; k++)
        {
            Golden.Difference(states[k], images + unit * Math.Min(k * Lambda, Epsilon)).ShouldBeLessThan(1e-9, $"step {k}");
        }
    }

    [Theory]
    [InlineData("linf:0.1")]
    [InlineData("l2:0.4")]
    public void States_stay_in_the_ball_and_in_the_range_of_pixels(string threat)
    {
        using var scope = TensorScope.Begin();
        using var classifier = new LinearClassifier(1, Shape);
        var process = new AdversarialProcess(classifier, new AdversarialProcessOptions { Threat = threat, Steps = 6, StepSize = 0.07 });
        var images = Noise.Uniform(NoisePurpose.Training, 0, Shape).To(DType.Float64); // many near 0 and 1
        var ball = Threat.Parse(threat);

        var states = process.States(images, process.Start(images, Noise), Zeros(), 6);

        foreach (var state in states)
        {
            ball.Geometry().Distance(state, images).Max().ShouldBeLessThanOrEqualTo(ball.Epsilon + 1e-7);
            state.Min().Item().ShouldBeGreaterThanOrEqualTo(0);
            state.Max().Item().ShouldBeLessThanOrEqualTo(1);
        }
        ball.Geometry().Distance(states[^1], images).Max().ShouldBeGreaterThan(ball.Epsilon * 0.9);
    }

    [Fact]
    public void The_random_start_is_uniform_within_c_and_nothing_for_c_of_zero()
    {
        using var scope = TensorScope.Begin();
        using var classifier = new LinearClassifier(1, Shape);
        var images = Middle();

        var moved = new AdversarialProcess(classifier, Linf with { Start = 0.02 }).Start(images, Noise) - images;

        moved.Abs().Max().Item().ShouldBeInRange(0.015, 0.02);
        Math.Abs(moved.Mean().Item()).ShouldBeLessThan(0.006);
        Golden.Difference(new AdversarialProcess(classifier, Linf with { Start = 0 }).Start(images, Noise), images).ShouldBe(0);
    }

    [Fact]
    public void A_sample_is_the_state_after_each_images_own_number_of_steps()
    {
        using var scope = TensorScope.Begin();
        using var classifier = new LinearClassifier(1, Shape);
        var process = new AdversarialProcess(classifier, Linf);
        var images = Middle();
        var start = process.Start(images, Noise);

        var sample = process.Sample(images, start, Zeros(), [4, 0, 1]);

        var states = process.States(images, start, Zeros(), 4);
        Golden.Difference(sample, Tensor.Concat([states[4].Slice(0, 0, 1), start.Slice(0, 1, 2), states[1].Slice(0, 2, 3)])).ShouldBe(0);
        Golden.Difference(process.Sample(images, start, Zeros(), [0, 0, 0]), start).ShouldBe(0);
        Should.Throw<InputException>(() => process.Sample(images, start, Zeros(), [1])).Message.ShouldContain("3 images need as many");
    }

    [Fact]
    public void States_do_not_depend_on_the_batch_and_are_the_same_when_asked_again()
    {
        using var scope = TensorScope.Begin();
        using var adapter = RapAdapterTests.Network(new() { Width = 8, Multipliers = [1, 2], Heads = 1, HeadWidth = 4, Channels = 1 });
        using var classifier = new LinearClassifier(1, [1, 8, 8], dtype: DType.Float32);
        var process = new AdversarialProcess(new RobustClassifier(adapter, classifier), Linf);
        var images = Noise.Uniform(NoisePurpose.Training, 0, [1, 8, 8]);
        var labels = Tensor.From([0L, 1, 0], 3);

        Tensor Last(int[] rows) => process.States(images.Rows(rows), process.Start(images.Rows(rows), Noise.Rows(rows)), labels.Rows(rows), 3)[^1];
        var together = Last([0, 1, 2]);

        Golden.Difference(Last([0, 1, 2]), together).ShouldBe(0);
        // Left to libtorch, the sign of a gradient near zero may flip with the last bit of a differently cut convolution.
        using var apart = Tensor.Concat([Last([0]), Last([1]), Last([2])]).Keep();
        (apart - together).Abs().GreaterThan(Batches.Tolerance).To(DType.Float64).Mean().Item().ShouldBeLessThanOrEqualTo(1000 * Batches.Tolerance);
    }

    [Fact]
    public void Lambda_and_c_follow_the_radius_unless_given()
    {
        var cifar = new AdversarialProcessOptions();

        cifar.Lambda().ShouldBe(1 / 255.0, 1e-12);
        cifar.StartRadius().ShouldBe(8 / 255.0, 1e-12);
        new AdversarialProcessOptions { Threat = "linf:0.3" }.Lambda().ShouldBe(0.0375, 1e-12);
    }

    [Theory]
    [InlineData(0, null, null, "from 1 to 1000 steps, not 0")]
    [InlineData(20, -1.0, null, "a step size above 0, not -1")]
    [InlineData(20, null, 0.5, "a random start within its ball")]
    public void Numbers_out_of_range_are_refused_with_advice(int steps, double? size, double? start, string words)
    {
        using var classifier = new LinearClassifier(1, Shape);
        var options = Linf with { Steps = steps, StepSize = size, Start = start };

        Should.Throw<InputException>(() => new AdversarialProcess(classifier, options)).Message.ShouldContain(words);
    }

    private static Tensor Middle() => Noise.Uniform(NoisePurpose.Training, 0, Shape).To(DType.Float64) * 0.2 + 0.4;

    private static Tensor Zeros() => Tensor.Zeros([3], DType.Int64);

    // Raising the logit of class 1 raises the loss of class 0.
    private static Tensor LogitGradient(LinearClassifier classifier, Tensor images)
    {
        var x = images.AsVariable();
        return Gradient.Of(classifier.Logits(x).Slice(1, 1, 2).Sum(), x);
    }
}
