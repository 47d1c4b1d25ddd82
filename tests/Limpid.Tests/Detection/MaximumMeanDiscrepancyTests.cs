using Limpid.Detection;
using Limpid.Torch;
using Limpid.Torch.Noise;

namespace Limpid.Tests.Detection;

/// <summary>What must hold of discrepancies, whatever the images.</summary>
public sealed class MaximumMeanDiscrepancyTests
{
    private static readonly DeepKernel Kernel = new(0.1, 4, 30);

    [Fact]
    public void Two_identical_batches_are_exactly_equal()
    {
        using var scope = TensorScope.Begin();
        var batch = Batch(1, 12);
        var blocks = Kernel.Blocks(batch, batch);
        MaximumMeanDiscrepancy.Biased(blocks).Item().ShouldBe(0);
        MaximumMeanDiscrepancy.Unbiased(blocks).Item().ShouldBe(0);
    }

    [Fact]
    public void Two_clean_batches_differ_by_two_nths_of_one_minus_the_mean_kernel_or_by_nothing()
    {
        using var scope = TensorScope.Begin();
        const int Size = 8, Draws = 400;
        double biased = 0, unbiased = 0;
        for (int k = 0; k < Draws; k++)
        {
            using var inner = TensorScope.Begin();
            var blocks = Kernel.Blocks(Batch(10 + k, Size), Batch(5000 + k, Size));
            biased += MaximumMeanDiscrepancy.Biased(blocks).Item() / Draws;
            unbiased += MaximumMeanDiscrepancy.Unbiased(blocks).Item() / Draws;
        }
        double meanKernel = MeanKernel(Batch(9999, 400));
        biased.ShouldBe(2.0 / Size * (1 - meanKernel), 0.004);
        unbiased.ShouldBe(0, 0.004);
    }

    [Theory]
    [InlineData(1, 1)]
    [InlineData(1, 7)]
    [InlineData(20, 3)]
    [InlineData(6, 6)]
    public void The_biased_statistic_is_never_negative(int clean, int tested)
    {
        using var scope = TensorScope.Begin();
        for (int k = 0; k < 30; k++)
        {
            var a = Batch(k, clean);
            var b = Batch(100 + k, tested, shift: k * 0.1);
            MaximumMeanDiscrepancy.Biased(Kernel.Blocks(a, b)).Item().ShouldBeGreaterThan(-1e-6);
        }
    }

    [Fact]
    public void A_larger_shift_is_a_larger_discrepancy()
    {
        using var scope = TensorScope.Begin();
        var clean = Batch(1, 30);
        double[] found = [.. new[] { 0, 0.5, 1, 2 }.Select(shift => MaximumMeanDiscrepancy.Biased(Kernel.Blocks(clean, Batch(2, 30, shift))).Item())];
        found.ShouldBe(found.Order());
        found[3].ShouldBeGreaterThan(found[0] + 0.1);
    }

    [Fact]
    public void Two_gaussians_have_the_discrepancy_of_the_closed_form()
    {
        // One-dimensional normals of variance 1 whose means lie m apart, kernel exp(−d²/s) of pixels alone:
        // E k = √(s/(s+4)) exp(−m²/(s+4)), so MMD² = 2√(s/(s+4)) (1 − exp(−m²/(s+4))).
        using var scope = TensorScope.Begin();
        const int Count = 800, Draws = 6;
        const double Bandwidth = 2, Apart = 1.5;
        var kernel = new DeepKernel(1 - 1e-9, 1, Bandwidth);
        Represented Draw(int seed, double mean)
        {
            var values = Noise(seed, Count).Normal(NoisePurpose.Forward, 0, [1]).To(DType.Float64) + mean;
            return new Represented(values, values);
        }
        double expected = 2 * Math.Sqrt(Bandwidth / (Bandwidth + 4)) * (1 - Math.Exp(-Apart * Apart / (Bandwidth + 4)));
        double found = Enumerable.Range(0, Draws).Average(k => MaximumMeanDiscrepancy.Unbiased(kernel.Blocks(Draw(2 * k, 0), Draw(2 * k + 1, Apart))).Item());
        found.ShouldBe(expected, 0.03); // three to four standard errors
    }

    [Fact]
    public void A_kernel_is_one_for_equal_images_symmetric_and_at_most_one()
    {
        using var scope = TensorScope.Begin();
        var batch = Batch(3, 20);
        var gram = Kernel.Gram(batch, batch);
        (gram - gram.Transpose(0, 1)).Abs().Max().Item().ShouldBeLessThan(1e-6);
        gram.Max().Item().ShouldBeLessThanOrEqualTo(1);
        gram.Min().Item().ShouldBeGreaterThan(0);
        for (int i = 0; i < 20; i++)
        {
            gram.Select(0, i).Select(0, i).Item().ShouldBe(1, 1e-5);
        }
    }

    [Fact]
    public void All_identical_images_have_no_discrepancy_and_no_undefined_number()
    {
        using var scope = TensorScope.Begin();
        var same = new Represented(Tensor.Full([5, 3], 0.25), Tensor.Full([5, 3, 4, 4], 0.5));
        var blocks = Kernel.Blocks(same, same);
        MaximumMeanDiscrepancy.Biased(blocks).Item().ShouldBe(0);
        MaximumMeanDiscrepancy.TestPower(blocks).Item().ShouldBe(1e-8 / 1e-4, 1e-6);
        var outcome = new PermutationTest().Run(Kernel.Gram(Twice(same), Twice(same)), Noise(1, 5));
        outcome.IsRejected.ShouldBeFalse();
        new WildBootstrap().Run(blocks, Noise(1, 5)).IsRejected.ShouldBeFalse();
    }

    [Fact]
    public void A_batch_of_one_has_no_unbiased_statistic()
    {
        using var scope = TensorScope.Begin();
        var blocks = Kernel.Blocks(Batch(1, 1), Batch(2, 1));
        Should.Throw<InputException>(() => MaximumMeanDiscrepancy.Unbiased(blocks)).Message.ShouldContain("2 images at least");
        Should.Throw<InputException>(() => new WildBootstrap().Run(blocks, Noise(1, 1)));
        Should.Throw<InputException>(() => new PermutationTest().Run(Tensor.Ones([2, 2]), Noise(1, 1)));
    }

    [Fact]
    public void Tests_keep_their_level_and_see_a_shift()
    {
        using var scope = TensorScope.Begin();
        int permuted = 0, bootstrapped = 0, seen = 0;
        for (int k = 0; k < 60; k++)
        {
            using var inner = TensorScope.Begin();
            var (clean, other, shifted) = (Batch(k, 20), Batch(700 + k, 20), Batch(1400 + k, 20, shift: 1));
            var both = new Represented(Tensor.Concat([clean.Features, other.Features]), Tensor.Concat([clean.Pixels, other.Pixels]));
            permuted += new PermutationTest().Run(Kernel.Gram(both, both), Noise(k, 20)).IsRejected ? 1 : 0;
            bootstrapped += new WildBootstrap().Run(Kernel.Blocks(clean, other), Noise(k, 20)).IsRejected ? 1 : 0;
            seen += new WildBootstrap().Run(Kernel.Blocks(clean, shifted), Noise(k, 20)).IsRejected ? 1 : 0;
        }
        permuted.ShouldBeInRange(0, 9); // 60 trials at 5 %: more than 9 happens once in a thousand times
        bootstrapped.ShouldBeInRange(0, 12);
        seen.ShouldBeGreaterThan(54);
    }

    private static double MeanKernel(Represented batch)
    {
        int n = batch.Count;
        return (Kernel.Gram(batch, batch).Sum().Item() - n) / (n * (n - 1.0));
    }

    private static Represented Twice(Represented batch) =>
        new(Tensor.Concat([batch.Features, batch.Features]), Tensor.Concat([batch.Pixels, batch.Pixels]));

    // Features and pixels of independent normals.
    private static Represented Batch(int seed, int count, double shift = 0)
    {
        var noise = Noise(seed, count);
        return new Represented(
            noise.Normal(NoisePurpose.Forward, 0, [3]) + shift,
            noise.Normal(NoisePurpose.Reverse, 0, [3, 2, 2]) + shift);
    }

    private static KeyedNoise Noise(int seed, int count) => new((ulong)seed, [.. Enumerable.Range(0, count).Select(i => new SampleKey(i))]);
}
