using Limpid.Diffusion;
using Limpid.Purification;
using Limpid.Tests.Support;
using Limpid.Torch;

namespace Limpid.Tests.Purification;

/// <summary>Whole runs of NVlabs/DiffPure with every draw recorded.</summary>
public sealed class DiffPureGoldenTests
{
    [SharedFact]
    public void The_SDE_form_gives_the_reference_image_and_gradient()
    {
        using var scope = TensorScope.Begin();
        using var network = TinyNetworks.ScoreWithWeights();
        var golden = new Golden("defences/diffpure_sde_score");
        var recorder = new LabelNetwork(network);
        var noise = new RecordedNoise([golden["initial_noise"].Select(0, 0), .. Increments(golden["brownian_increments"], 0, 22)]);
        var plan = new DiffPure(recorder, DiffPurePresets.Cifar10Linf with { Count = new StepCount(22) }).Plan(golden["x"], noise);

        using var trace = Chain.Trace(plan, golden["x"], noise);

        Golden.Difference(trace.Output * 2 - 1, golden["output"]).ShouldBeLessThan(golden.Tolerance("output"));
        noise.Left.ShouldBe(0);
        recorder.Labels.Count.ShouldBe(22);
        recorder.Labels.ShouldBe(golden.Doubles("network_time"), 1e-3);
        Golden.Difference(trace.Pullback(golden["fixed"] * 2), golden["gradient.full"]).ShouldBeLessThan(golden.Tolerance("gradient.full"));
    }

    [SharedFact]
    public void Two_rounds_with_a_guided_diffusion_network_give_the_reference_images_and_gradient()
    {
        using var scope = TensorScope.Begin();
        using var network = TinyNetworks.GuidedWithWeights();
        var golden = new Golden("defences/diffpure_sde_guided");
        // The reference truncates 1000·s after float32 rounding, so that some labels are one less.
        var labels = new LabelNetwork(new UNetNoisePredictor(network), golden.Doubles("network_time"));
        var options = DiffPurePresets.ImageNetLinf with { Count = new StepCount(20) };
        var first = new RecordedNoise([golden["initial_noise"].Select(0, 0), .. Increments(golden["brownian_increments"], 0, 20)]);
        var second = new RecordedNoise([golden["initial_noise"].Select(0, 1), .. Increments(golden["brownian_increments"], 20, 20)]);

        using var trace1 = Chain.Trace(new DiffPure(labels, options).Plan(golden["x"], first), golden["x"], first);
        using var trace2 = Chain.Trace(new DiffPure(labels, options).Plan(trace1.Output, second), trace1.Output, second);

        Golden.Difference(Tensor.Concat([trace1.Output, trace2.Output]) * 2 - 1, golden["output"]).ShouldBeLessThan(golden.Tolerance("output"));
        labels.Labels.Zip(golden.Doubles("network_time"), (mine, theirs) => mine - theirs).ShouldAllBe(difference => difference >= 0 && difference <= 1);

        var weights = golden["fixed"] * 2;
        var between = trace2.Pullback(weights.Slice(0, 2, 4)) + weights.Slice(0, 0, 2);
        Golden.Difference(trace1.Pullback(between), golden["gradient.full"]).ShouldBeLessThan(golden.Tolerance("gradient.full"));
    }

    [SharedFact]
    public void The_discrete_form_without_clipping_gives_the_reference_image()
    {
        using var scope = TensorScope.Begin();
        using var network = TinyNetworks.HoWithWeights();
        var golden = new Golden("defences/diffpure_ddpm_eps");
        Purified(golden, network, new DiffPureOptions { Count = new StepCount(23) });
    }

    [SharedFact]
    public void The_ancestral_form_with_learned_variance_gives_the_reference_image()
    {
        using var scope = TensorScope.Begin();
        using var network = TinyNetworks.GuidedWithWeights();
        var golden = new Golden("defences/diffpure_ddpm_guided");
        Purified(golden, new UNetNoisePredictor(network), new DiffPureOptions { Count = new StepCount(20), Form = ReverseForm.AncestralLearned });
    }

    [SharedFact]
    public void Langevin_dynamics_give_the_reference_image()
    {
        using var scope = TensorScope.Begin();
        using var network = TinyNetworks.ScoreWithWeights();
        var golden = new Golden("defences/diffpure_langevin");
        var increments = golden["brownian_increments"];
        var noise = new RecordedNoise([.. Enumerable.Range(0, 15).Select(k => increments.Select(0, k) / Math.Sqrt(0.01))]);
        var plan = new Langevin(network, new LangevinOptions { Count = new StepCount(150) }).Plan(golden["x"], noise);
        Golden.Difference(Chain.Run(plan, golden["x"], noise) * 2 - 1, golden["output"]).ShouldBeLessThan(golden.Tolerance("output"));
    }

    private static void Purified(Golden golden, INoisePredictor network, DiffPureOptions options)
    {
        var noise = new RecordedNoise([.. Enumerable.Range(0, options.Count.Value).Select(k => golden["noise"].Select(0, k))]);
        var plan = new DiffPure(network, options).Plan(golden["x"], noise);
        Golden.Difference(Chain.Run(plan, golden["x"], noise) * 2 - 1, golden["output"]).ShouldBeLessThan(golden.Tolerance("output"));
        noise.Left.ShouldBe(0);
    }

    // Increments of the Brownian path over 1e-3, the last of each round over 9.9e-4, as standard normals.
    private static IEnumerable<Tensor> Increments(Tensor path, int first, int count) =>
        Enumerable.Range(0, count).Select(k => path.Select(0, first + k) / Math.Sqrt(k == count - 1 ? 9.9e-4 : 1e-3));
}
