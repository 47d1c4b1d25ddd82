using System.Text.Json;
using Limpid.Classifiers;
using Limpid.Diffusion;
using Limpid.Purification;
using Limpid.Purification.Heterogeneous;
using Limpid.Tests.Support;
using Limpid.Torch;
using Limpid.Torch.Noise;

namespace Limpid.Tests.Purification;

public sealed class HeterogeneousNoiseTests
{
    [SharedTheory]
    [InlineData("hni_wrn_tau05_U10")]
    [InlineData("hni_wrn_tau09_U3")]
    [InlineData("hni_wrn_K100_U2")]
    [InlineData("hni_deepmind_tau07")]
    [InlineData("hni_resnet50_top15")]
    [InlineData("hni_resnet50_constant_maps")]
    public void Masks_equal_the_reference_bit_for_bit(string name)
    {
        using var scope = TensorScope.Begin();
        var golden = new Golden("defences/" + name);
        using var manifest = JsonDocument.Parse(File.ReadAllText(SharedData.Path($"golden/defences/{name}.json")));
        var config = manifest.RootElement.GetProperty("config");
        // One channel whose square is the recorded sum of squares.
        Tensor[] activations = [.. golden.Names.Where(n => n.StartsWith("attention_raw", StringComparison.Ordinal)).Order(StringComparer.Ordinal).Select(n => golden[n].Unsqueeze(1).Sqrt())];
        var expected = golden["mask"];

        var attention = AttentionMask.Attention(activations, expected.Size(2), expected.Size(3));
        var mask = config.GetProperty("is_imagenet").GetBoolean()
            ? AttentionMask.TopShare(attention, config.GetProperty("threshold_percent").GetDouble())
            : AttentionMask.AboveThreshold(attention, config.GetProperty("threshold").GetDouble());

        mask.ToFloats().ShouldBe(expected.ToFloats());
    }

    [Theory]
    [InlineData(10, 0.2, 0.1, 2)]
    [InlineData(10, 0.2, 0.05, 2)]
    [InlineData(200, 0.2, 0.1, 40)]
    [InlineData(500, 0.2, 0.1, 100)]
    public void One_network_call_a_grid_step(int gridPoints, double high, double low, int calls)
    {
        using var scope = TensorScope.Begin();
        var network = new CountingNoisePredictor(new GaussianNetwork(NoiseSchedule.Linear1000, 0.5));
        var purifier = new HeterogeneousNoise(network, new Looker(), new HeterogeneousOptions { GridPoints = gridPoints, HighLevel = high, LowLevel = low });
        Run(purifier, Images(3));
        network.Images.ShouldBe(3 * calls);
    }

    [Fact]
    public void Multi_step_resampling_calls_the_network_U_times_in_the_first_stage()
    {
        using var scope = TensorScope.Begin();
        var network = new CountingNoisePredictor(new GaussianNetwork(NoiseSchedule.Linear1000, 0.5));
        var purifier = new HeterogeneousNoise(network, new Looker(), new HeterogeneousOptions { GridPoints = 100, Resampling = Resampling.MultiStep, ResamplingSteps = 5 });
        Run(purifier, Images(2));
        network.Images.ShouldBe(2 * ((10 * 5) + 10));
    }

    [Fact]
    public void Pixels_outside_the_mask_stay_near_the_input_and_pixels_inside_drift()
    {
        using var scope = TensorScope.Begin();
        var images = Images(4);
        var purifier = new HeterogeneousNoise(new Silent(), new Looker(), new HeterogeneousOptions { LowLevel = 0.02, GridPoints = 100, Finish = true });
        var difference = (Run(purifier, images) - images).Abs();
        var mask = purifier.Mask(images);
        mask.Mean().Item().ShouldBeInRange(0.01, 0.99);
        double inside = ((difference * mask).Sum() / (mask.Sum() * 3)).Item();
        double outside = ((difference * (1 - mask)).Sum() / ((1 - mask).Sum() * 3)).Item();
        inside.ShouldBeGreaterThan(3 * outside);
    }

    [Fact]
    public void A_row_does_not_depend_on_its_batch()
    {
        using var scope = TensorScope.Begin();
        var images = Images(4);
        var purifier = new HeterogeneousNoise(new GaussianNetwork(NoiseSchedule.Linear1000, 0.5), new Looker());
        var together = Run(purifier, images);
        using var noGrad = GradMode.Off();
        var noise = new KeyedNoise(5, [new(2)]);
        var alone = Chain.Run(purifier.Plan(images.Rows([2]), noise), images.Rows([2]), noise);
        Golden.Difference(alone, together.Rows([2])).ShouldBeLessThanOrEqualTo(Batches.Tolerance);
    }

    [Fact]
    public void The_exact_gradient_equals_finite_differences_where_the_mask_stands_still()
    {
        using var scope = TensorScope.Begin();
        var images = Images(1).To(DType.Float64);
        var purifier = new HeterogeneousNoise(new GaussianNetwork(NoiseSchedule.Linear1000, 0.5), new Looker(), new HeterogeneousOptions { GridPoints = 20, Threshold = 0.5 });
        var noise = new KeyedNoise(5, [new(0)]);
        var plan = purifier.Plan(images, noise);
        using var trace = Chain.Trace(plan, images, noise);
        double slope = trace.Pullback(trace.Output.OnesLike()).Reshape(-1).Select(0, 700).Item();
        double[] values = images.ToDoubles();
        double At(double shift)
        {
            double[] moved = [.. values];
            moved[700] += shift;
            return Chain.Run(plan, Tensor.From(moved, 1, 3, 32, 32), noise).Sum().Item();
        }

        // Central difference in double precision of a piecewise linear function.
        ((At(1e-4) - At(-1e-4)) / 2e-4).ShouldBe(slope, 1e-5);
    }

    [Fact]
    public void An_all_black_image_has_an_empty_mask_and_is_purified_at_the_low_level()
    {
        using var scope = TensorScope.Begin();
        var black = Tensor.Zeros([1, 3, 32, 32]);
        var purifier = new HeterogeneousNoise(new GaussianNetwork(NoiseSchedule.Linear1000, 0.5), new Looker());
        purifier.Mask(black).Sum().Item().ShouldBe(0);
        Run(purifier, black).IsFinite().All().ShouldBeTrue();
    }

    // Every refill replaces the whole state, so only the steps from t_s on are seen.
    [Fact]
    public void With_an_empty_mask_the_high_level_does_not_matter()
    {
        using var scope = TensorScope.Begin();
        var images = Images(2);
        HeterogeneousNoise Purifier(double high) =>
            new(new GaussianNetwork(NoiseSchedule.Linear1000, 0.5), new Looker(), new HeterogeneousOptions { HighLevel = high, LowLevel = 0.1, TopShare = 0 });

        Purifier(0.2).Mask(images).Sum().Item().ShouldBe(0);
        Golden.Difference(Run(Purifier(0.2), images), Run(Purifier(0.105), images)).ShouldBe(0);
    }

    [Fact]
    public void With_a_mask_of_everything_the_input_is_never_looked_at_again()
    {
        using var scope = TensorScope.Begin();
        using var noGrad = GradMode.Off();
        var images = Images(2);
        var noise = new KeyedNoise(5, [new(0), new(1)]);
        var purifier = new HeterogeneousNoise(new GaussianNetwork(NoiseSchedule.Linear1000, 0.5), new Looker(), new HeterogeneousOptions { TopShare = 1 });
        purifier.Mask(images).Mean().Item().ShouldBe(1);
        using var plan = purifier.Plan(images, noise);

        var refilled = Chain.Run(plan, images, noise);
        var plain = Chain.Run(plan with { Steps = [.. plan.Steps.Where(step => step is not RefillStep)] }, images, noise);

        plan.Steps.Count(step => step is RefillStep).ShouldBe(20);
        Golden.Difference(refilled, plain).ShouldBe(0);
    }

    [Theory]
    [InlineData(Resampling.SingleStep)]
    [InlineData(Resampling.MultiStep)]
    public void A_level_of_an_image_beyond_the_schedule_is_cut_to_what_the_schedule_has(Resampling resampling)
    {
        using var scope = TensorScope.Begin();
        var options = new HeterogeneousOptions { GridPoints = 20, Resampling = resampling };
        var purifier = new HeterogeneousNoise(new GaussianNetwork(NoiseSchedule.Linear1000, 0.5), new Looker(), options) { Level = new GivenLevel(1000, -3) };

        Run(purifier, Images(2)).IsFinite().All().ShouldBeTrue();
    }

    [Theory]
    [InlineData(0.1, 0.1, 0.85, 200, 10)]
    [InlineData(0.2, 0.3, 0.85, 200, 10)]
    [InlineData(0.2, 0.1, 1.2, 200, 10)]
    [InlineData(0.2, 0.1, -0.1, 200, 10)]
    [InlineData(0.2, 0.1, 0.85, 300, 10)]
    [InlineData(0.999, 0.1, 0.85, 200, 10)]
    public void Settings_that_do_not_fit_together_are_refused(double high, double low, double threshold, int gridPoints, int resampling) =>
        Should.Throw<InputException>(() => new HeterogeneousNoise(new Silent(), new Looker(), new HeterogeneousOptions
        {
            HighLevel = high, LowLevel = low, Threshold = threshold, GridPoints = gridPoints, ResamplingSteps = resampling,
        })).Message.ShouldStartWith("heterogeneous noise:");

    private static Tensor Images(int count)
    {
        using var scope = TensorScope.Begin();
        var noise = new KeyedNoise(3, [.. Enumerable.Range(0, count).Select(i => new SampleKey(i))]);
        return scope.Return(noise.Uniform(NoisePurpose.Control, 0, [3, 32, 32]));
    }

    private static Tensor Run(IPurifier purifier, Tensor images)
    {
        using var noGrad = GradMode.Off();
        var noise = new KeyedNoise(5, [.. Enumerable.Range(0, (int)images.Size(0)).Select(i => new SampleKey(i))]);
        using var plan = purifier.Plan(images, noise);
        return Chain.Run(plan, images, noise);
    }

    /// <summary>Attends to what is bright, at two resolutions.</summary>
    private sealed class Looker : IBlockActivations
    {
        public int ClassCount => 10;

        public Tensor Logits(Tensor images) => images.Mean([2, 3]);

        public IReadOnlyList<Tensor> BlockActivations(Tensor images) => [Functional.AvgPool2d(images, 2, 2), Functional.AvgPool2d(images, 4, 4)];
    }

    /// <summary>Predicts no noise at all.</summary>
    private sealed class Silent : INoisePredictor
    {
        public Tensor PredictNoise(Tensor diffused, ReadOnlySpan<double> timesteps) => diffused.ZerosLike();
    }
}
