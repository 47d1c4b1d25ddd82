using Limpid.Diffusion;
using Limpid.Purification;
using Limpid.Tests.Support;
using Limpid.Torch;
using Limpid.Torch.Noise;

namespace Limpid.Tests.Purification;

public sealed class DiffPureTests
{
    private static readonly NoiseSchedule Schedule = NoiseSchedule.Linear1000;

    [Fact]
    public void Level_zero_is_the_identity()
    {
        using var scope = TensorScope.Begin();
        var images = Images(3);
        var network = new CountingNoisePredictor(new FormulaNetwork());
        var purified = Run(new DiffPure(network, new DiffPureOptions { Count = new StepCount(0) }), images);
        Golden.Difference(purified, images).ShouldBeLessThan(1e-6);
        network.Images.ShouldBe(0);
    }

    [Fact]
    public void A_finished_image_costs_no_network_call_and_a_level_of_zero_changes_nothing()
    {
        using var scope = TensorScope.Begin();
        var images = Images(4);
        var network = new CountingNoisePredictor(new FormulaNetwork());
        var purified = Run(new DiffPure(network) { Level = new GivenLevel(7, 0, 3, 7) }, images);
        network.Images.ShouldBe(17);
        network.Calls.ShouldBe(7);
        Golden.Difference(purified.Rows([1]), images.Rows([1])).ShouldBeLessThan(1e-6);
    }

    [Theory]
    [InlineData(ReverseForm.Ddpm, null)]
    [InlineData(ReverseForm.Ddpm, 3)]
    [InlineData(ReverseForm.AncestralLearned, null)]
    public void A_result_does_not_depend_on_the_rest_of_the_batch(ReverseForm form, int? calls)
    {
        using var scope = TensorScope.Begin();
        var images = Images(4);
        int[] levels = [5, 0, 12, 9];
        var together = Run(Purifier(form, calls, levels), images);
        for (int row = 0; row < 4; row++)
        {
            var alone = Chain.Run(
                Purifier(form, calls, levels[row]).Plan(images.Rows([row]), Noise(4).Rows([row])), images.Rows([row]), Noise(4).Rows([row]));
            Golden.Difference(alone, together.Rows([row])).ShouldBeLessThanOrEqualTo(Batches.Tolerance);
        }
    }

    [Theory]
    [InlineData(ReverseForm.Ddpm, null)]
    [InlineData(ReverseForm.Ddim, 2)]
    [InlineData(ReverseForm.AncestralLearned, null)]
    public void The_pullback_is_the_gradient_of_the_unrolled_chain(ReverseForm form, int? calls)
    {
        using var scope = TensorScope.Begin();
        var images = Images(3).To(DType.Float64);
        var weights = new KeyedNoise(9, Keys(3)).Normal(NoisePurpose.AttackStart, 0, [3, 4, 4]).To(DType.Float64);
        var purifier = Purifier(form, calls, 6, 0, 4);
        var plan = purifier.Plan(images, Noise(3));
        using var trace = Chain.Trace(plan, images, Noise(3));
        var pullback = trace.Pullback(weights);

        var x = images.AsVariable();
        var state = x * 2 - 1;
        var input = state;
        foreach (var step in plan.Steps)
        {
            state = step.Apply(state, input, Noise(3));
        }
        var unrolled = Gradient.Of((state + 1) * 0.5, x, weights);
        Golden.Difference(pullback, unrolled).ShouldBeLessThan(1e-12);
    }

    [Fact]
    public void The_pullback_is_what_finite_differences_give()
    {
        using var scope = TensorScope.Begin();
        var images = Images(2).To(DType.Float64);
        var direction = new KeyedNoise(5, Keys(2)).Normal(NoisePurpose.AttackStart, 0, [3, 4, 4]).To(DType.Float64);
        var plan = Purifier(ReverseForm.AncestralLearned, null, 8, 5).Plan(images, Noise(2));
        using var trace = Chain.Trace(plan, images, Noise(2));
        double slope = (trace.Pullback(trace.Output) * direction).Sum().Item(); // of ½‖output‖²

        const double H = 1e-6;
        double difference = (Half(direction * H) - Half(direction * -H)) / (2 * H);
        difference.ShouldBe(slope, Math.Abs(slope) * 1e-6);

        double Half(Tensor change) => Chain.Run(plan, images + change, Noise(2)).Square().Sum().Item() / 2;
    }

    [Fact]
    public void The_memory_of_a_pullback_does_not_grow_with_the_number_of_steps()
    {
        Handles(40).ShouldBeLessThan(Handles(10) + 5);

        static long Handles(int steps)
        {
            using var scope = TensorScope.Begin();
            var images = Images(2);
            var network = new PeakNetwork();
            var plan = new DiffPure(network, new DiffPureOptions { Count = new StepCount(steps) }).Plan(images, Noise(2));
            using var trace = Chain.Trace(plan, images, Noise(2));
            long before = LiveHandles.Settled();
            network.Peak = 0;
            _ = trace.Pullback(images);
            return network.Peak - before;
        }
    }

    // For an exact denoiser every step is a known factor times the state, so the gradient is their product.
    [Theory]
    [InlineData(null)]
    [InlineData(20)]
    [InlineData(5)]
    public void Full_and_surrogate_gradients_have_their_closed_form(int? calls)
    {
        using var scope = TensorScope.Begin();
        var images = Images(2).To(DType.Float64);
        var network = new GaussianNetwork(Schedule, 0.5);
        var plan = new DiffPure(network, new DiffPureOptions { Calls = calls }).Plan(images, Noise(2));
        using var trace = Chain.Trace(plan, images, Noise(2));

        var count = new StepCount(100);
        var indices = calls is { } m ? CallList.Even(count, m) : CallList.All(count);
        double expected = Math.Sqrt(Schedule.AlphaBar(indices[0]));
        for (int k = 0; k < indices.Length; k++)
        {
            expected *= Factor(indices[k], k + 1 < indices.Length ? indices[k + 1] : StepIndex.Clean);
        }
        var gradient = trace.Pullback(images.OnesLike());
        Golden.Difference(gradient, images.ZerosLike() + expected).ShouldBeLessThan(1e-9);

        double Factor(StepIndex i, StepIndex j)
        {
            double a = Schedule.AlphaBar(i), b = Schedule.AlphaBar(j), f = network.Factor(a);
            double c1 = Math.Sqrt((1 - (a / b)) * (1 - b) / (1 - a)), c2 = Math.Sqrt(Math.Max(0, 1 - b - (c1 * c1)));
            return (Math.Sqrt(b) * (1 - (Math.Sqrt(1 - a) * f)) / Math.Sqrt(a)) + (c2 * f);
        }
    }

    [Fact]
    public void Impossible_settings_are_refused()
    {
        Should.Throw<ArgumentOutOfRangeException>(() => new DiffPure(new FormulaNetwork(), new DiffPureOptions { Count = new StepCount(1001) }));
        Should.Throw<ArgumentOutOfRangeException>(() => new DiffPure(new FormulaNetwork(), new DiffPureOptions { Calls = 0 }));
        var plain = new UNetNoisePredictor(new Limpid.Diffusion.Networks.GuidedUNet(new() { ModelChannels = 32, ChannelMultipliers = [1] }));
        Should.Throw<ArgumentException>(() => new DiffPure(plain, new DiffPureOptions { Form = ReverseForm.AncestralLearned })).Message.ShouldContain("variance");
    }

    private static DiffPure Purifier(ReverseForm form, int? calls, params int[] levels) =>
        new(new FormulaNetwork(), new DiffPureOptions { Form = form, Calls = calls }) { Level = new GivenLevel(levels) };

    private static Tensor Run(DiffPure purifier, Tensor images)
    {
        var noise = Noise((int)images.Size(0));
        return Chain.Run(purifier.Plan(images, noise), images, noise);
    }

    private static Tensor Images(int n) => new KeyedNoise(1, Keys(n)).Uniform(NoisePurpose.Training, 0, [3, 4, 4]);

    private static KeyedNoise Noise(int n) => new(2, Keys(n));

    private static SampleKey[] Keys(int n) => [.. Enumerable.Range(0, n).Select(i => new SampleKey(i))];

    private sealed class PeakNetwork : INoisePredictor
    {
        public long Peak { get; set; }

        public Tensor PredictNoise(Tensor diffused, ReadOnlySpan<double> timesteps)
        {
            Peak = Math.Max(Peak, Engine.LiveTensors);
            return diffused * 0.1;
        }
    }
}
