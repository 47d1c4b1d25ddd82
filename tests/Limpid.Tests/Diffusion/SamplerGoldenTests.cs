using Limpid.Diffusion;
using Limpid.Tests.Support;
using Limpid.Torch;

namespace Limpid.Tests.Diffusion;

/// <summary>Single steps of the authors' programs with a formula in place of the network; tolerance that of the manifest.</summary>
public sealed class SamplerGoldenTests
{
    private const double Tolerance = 2e-5;

    [SharedTheory]
    [InlineData("p.fixed_small.clip", ReverseVariance.Small, true, "")]
    [InlineData("p.fixed_small.noclip", ReverseVariance.Small, false, "")]
    [InlineData("p.fixed_large.clip", ReverseVariance.Large, true, "")]
    [InlineData("p.fixed_large.noclip", ReverseVariance.Large, false, "")]
    [InlineData("p.learned_range.clip", ReverseVariance.Learned, true, "")]
    [InlineData("p.learned_range.noclip", ReverseVariance.Learned, false, "")]
    [InlineData("p.respaced.ddim10", ReverseVariance.Learned, true, "ddim10")]
    [InlineData("p.respaced.50", ReverseVariance.Learned, true, "50")]
    [InlineData("p.respaced.250", ReverseVariance.Learned, true, "250")]
    [InlineData("p.respaced.ddim10.rescaled", ReverseVariance.Large, true, "ddim10")]
    [InlineData("p.respaced.50.rescaled", ReverseVariance.Large, true, "50")]
    [InlineData("p.respaced.250.rescaled", ReverseVariance.Large, true, "250")]
    [InlineData("p.cosine", ReverseVariance.Learned, true, "cosine")]
    public void An_ancestral_step_is_that_of_the_reference(string name, ReverseVariance variance, bool clip, string spacing)
    {
        using var scope = TensorScope.Begin();
        var golden = new Golden("diffusion/steps_guided_diffusion");
        var network = new FormulaNetwork();
        var sampler = new AncestralSampler(Schedule(spacing), network, variance, clip);
        var (x, from, to) = (golden[$"{name}.x"], Indices(golden.Ints($"{name}.t")), Previous(golden.Ints($"{name}.t")));

        var p = sampler.Predict(x, from, to);
        Close(p.Mean, golden[$"{name}.mean"]);
        Close(p.Clean, golden[$"{name}.pred_xstart"]);
        Close(p.LogVariance + x.ZerosLike(), golden[$"{name}.log_variance"]);
        Close(sampler.Step(x, from, to, Given(golden[$"{name}.noise"], from)), golden[$"{name}.sample"]);
        network.Labels[0].ShouldBe(golden.Doubles($"{name}.network_time"));
    }

    [SharedTheory]
    [InlineData("ddim.eta0.0.clip", 0, true, "")]
    [InlineData("ddim.eta0.0.noclip", 0, false, "")]
    [InlineData("ddim.eta0.5.clip", 0.5, true, "")]
    [InlineData("ddim.eta0.5.noclip", 0.5, false, "")]
    [InlineData("ddim.eta1.0.clip", 1, true, "")]
    [InlineData("ddim.eta1.0.noclip", 1, false, "")]
    [InlineData("ddim.respaced.ddim10", 0, false, "ddim10")]
    [InlineData("ddim.respaced.50", 0, false, "50")]
    [InlineData("ddim.respaced.250", 0, false, "250")]
    public void A_DDIM_step_is_that_of_the_reference(string name, double eta, bool clip, string spacing)
    {
        using var scope = TensorScope.Begin();
        var golden = new Golden("diffusion/steps_guided_diffusion");
        var sampler = new DdimSampler(Schedule(spacing), new FormulaNetwork(), eta, clip);
        var (from, to) = (Indices(golden.Ints($"{name}.t")), Previous(golden.Ints($"{name}.t")));

        // The reference forms 1 − ᾱ_0 = 1e-4 in float32: an error of 3e-4 of c2, which clipping multiplies by an ε̂ of 100 at index 1.
        var step = sampler.Step(golden[$"{name}.x"], from, to, Given(golden[$"{name}.noise"], from));
        Golden.RelativeDifference(step, golden[$"{name}.sample"]).ShouldBeLessThan(clip ? 1e-4 : Tolerance);
    }

    [SharedFact]
    public void The_forward_jump_is_that_of_the_reference()
    {
        using var scope = TensorScope.Begin();
        var golden = new Golden("diffusion/steps_guided_diffusion");
        var noised = ForwardProcess.Jump(NoiseSchedule.Linear1000, golden["q_sample.x"], Indices(golden.Ints("q_sample.t")), golden["q_sample.noise"]);
        Close(noised, golden["q_sample.sample"]);
    }

    [SharedTheory]
    [InlineData("gns.ddpm.29", 1)]
    [InlineData("gns.ddpm.0", 1)]
    [InlineData("gns.ddpm.39-79-119-159-199", 1)]
    [InlineData("gns.ddim.29", 0)]
    [InlineData("gns.ddim.0", 0)]
    [InlineData("gns.ddim.39-79-119-159-199", 0)]
    public void A_run_of_gradual_noise_scheduling_is_that_of_the_reference(string name, double eta)
    {
        using var scope = TensorScope.Begin();
        var golden = new Golden("diffusion/steps_purifiers");
        int[] indices = [.. name.Split('.')[2].Split('-').Select(int.Parse).Reverse()];
        var sampler = new DdimSampler(NoiseSchedule.Linear1000, new FormulaNetwork(), eta);
        var noise = golden[$"{name}.noise"];
        var x = ForwardProcess.Jump(NoiseSchedule.Linear1000, golden[$"{name}.x"], All(indices[0]), noise.Select(0, 0));
        Close(x, golden[$"{name}.noised"]);

        for (int k = 0; k < indices.Length; k++)
        {
            int next = k + 1 < indices.Length ? indices[k + 1] : -1;
            x = sampler.Step(x, All(indices[k]), All(next), Given(noise.Select(0, k + 1), All(indices[k])));
        }
        Close(x, golden[$"{name}.sample"]);
    }

    [SharedTheory]
    [InlineData(0)]
    [InlineData(100)]
    [InlineData(999)]
    public void The_steps_of_heterogeneous_noise_are_those_of_the_reference(int t)
    {
        using var scope = TensorScope.Begin();
        var golden = new Golden("diffusion/steps_purifiers");
        var jump = ForwardProcess.Jump(NoiseSchedule.Linear1000, golden[$"hni.jump.{t}.x"], All(t), golden[$"hni.jump.{t}.noise"]);
        Close(jump, golden[$"hni.jump.{t}.sample"]);

        var sampler = new AncestralSampler(NoiseSchedule.Linear1000, new FormulaNetwork(), ReverseVariance.Small, clip: true);
        var step = sampler.Step(golden[$"hni.ancestral.{t}.x"], All(t), All(t - 1), Given(golden[$"hni.ancestral.{t}.noise"], All(t)));
        Close(step, golden[$"hni.ancestral.{t}.sample"]);
    }

    [SharedTheory]
    [InlineData("hni.renoise.100.U3", 100)]
    [InlineData("hni.renoise.180.U10", 180)]
    public void Unit_steps_of_noise_are_those_of_the_reference(string name, int t)
    {
        using var scope = TensorScope.Begin();
        var golden = new Golden("diffusion/steps_purifiers");
        var noise = golden[$"{name}.noise"];
        var x = golden[$"{name}.x"];
        for (int k = 0; k < noise.Size(0); k++)
        {
            x = ForwardProcess.Step(NoiseSchedule.Linear1000, x, All(t + k + 1), noise.Select(0, k));
        }
        Close(x, golden[$"{name}.sample"]);
    }

    [SharedTheory]
    [InlineData("gdmp.fixedsmall", ReverseVariance.Small)]
    [InlineData("gdmp.fixedlarge", ReverseVariance.Large)]
    public void The_plain_step_of_guided_purification_is_that_of_the_reference(string name, ReverseVariance variance)
    {
        using var scope = TensorScope.Begin();
        var golden = new Golden("diffusion/steps_purifiers");
        int[] t = golden.Ints($"{name}.plain.t");
        var sampler = new AncestralSampler(NoiseSchedule.Linear1000, new FormulaNetwork(), variance, clip: true);
        var step = sampler.Step(golden[$"{name}.plain.x"], Indices(t), Previous(t), Given(golden[$"{name}.plain.noise"], Indices(t)));
        Close(step, golden[$"{name}.plain.sample"]);
    }

    private static NoiseSchedule Schedule(string spacing) => spacing switch
    {
        "" => NoiseSchedule.Linear1000,
        "cosine" => NoiseSchedule.Cosine1000,
        _ => NoiseSchedule.Linear1000.Respace(spacing),
    };

    private static StepIndex[] Indices(int[] t) => Array.ConvertAll(t, i => new StepIndex(i));

    private static StepIndex[] Previous(int[] t) => Array.ConvertAll(t, i => new StepIndex(i - 1));

    private static StepIndex[] All(int t) => [new(t), new(t), new(t), new(t)];

    private static GivenNoise Given(Tensor noise, StepIndex[] from) => new(noise, from);

    private static void Close(Tensor actual, Tensor expected) => Golden.RelativeDifference(actual, expected).ShouldBeLessThan(Tolerance);
}
