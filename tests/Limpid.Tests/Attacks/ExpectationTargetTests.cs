using Limpid.Attacks;
using Limpid.Defenses;
using Limpid.Torch;
using Limpid.Torch.Noise;

namespace Limpid.Tests.Attacks;

public sealed class ExpectationTargetTests
{
    private static readonly long[] shape = [2, 6, 6];

    [Theory]
    [InlineData(64)]
    [InlineData(4)]
    [InlineData(1)]
    public void All_draws_at_once_give_what_one_after_the_other_gives(int batch)
    {
        using var scope = TensorScope.Begin();
        using var classifier = new LinearClassifier(1, shape);
        var noise = new KeyedNoise(5, [new(3), new(1), new(7)]);
        var images = noise.Uniform(NoisePurpose.Control, 0, shape).To(DType.Float64);
        var labels = Tensor.From([0L, 1, 1], 3);
        var target = new Defense(classifier, new ToyPurifier(quantizes: false)) { BatchSize = batch }.Target();

        var serial = new ExpectationTarget(target, 5).LossAndGradient(images, labels, AttackLosses.CrossEntropy, noise);
        var batched = new ExpectationTarget(target, 5, batched: true).LossAndGradient(images, labels, AttackLosses.CrossEntropy, noise);

        GoldenAttacks.LargestDifference(batched.Loss, serial.Loss).ShouldBeLessThan(1e-12);
        GoldenAttacks.LargestDifference(batched.Gradient, serial.Gradient).ShouldBeLessThan(1e-12);
        GoldenAttacks.LargestDifference(batched.Logits, serial.Logits).ShouldBeLessThan(1e-12);
    }

    [Fact]
    public void The_mean_gradient_is_the_mean_of_the_draws_gradients()
    {
        using var scope = TensorScope.Begin();
        using var classifier = new LinearClassifier(1, shape);
        var noise = new KeyedNoise(5, [new(3)]);
        var images = noise.Uniform(NoisePurpose.Control, 0, shape).To(DType.Float64);
        var labels = Tensor.From([0L], 1);
        var target = new Defense(classifier, new ToyPurifier(quantizes: false)).Target();
        var first = target.LossAndGradient(images, labels, AttackLosses.CrossEntropy, noise.Branch(NoisePurpose.Draw, 0));
        var second = target.LossAndGradient(images, labels, AttackLosses.CrossEntropy, noise.Branch(NoisePurpose.Draw, 1));

        var mean = new ExpectationTarget(target, 2).LossAndGradient(images, labels, AttackLosses.CrossEntropy, noise);

        GoldenAttacks.LargestDifference(first.Gradient, second.Gradient).ShouldBeGreaterThan(1e-6);
        GoldenAttacks.LargestDifference(mean.Gradient, (first.Gradient + second.Gradient) * 0.5).ShouldBeLessThan(1e-15);
    }
}
