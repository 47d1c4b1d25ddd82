using Limpid.Diffusion;
using Limpid.Tests.Support;
using Limpid.Torch;
using Limpid.Torch.Noise;

namespace Limpid.Tests.Diffusion;

public sealed class ContinuousTests
{
    [SharedFact]
    public void The_process_is_that_of_the_reference()
    {
        var golden = new Golden("diffusion/schedules");
        double[] t = golden.Doubles("vp.t"), beta = golden.Doubles("vp.beta"), alphaBar = golden.Doubles("vp.alpha_bar"), deviation = golden.Doubles("vp.std");
        for (int k = 0; k < t.Length; k++)
        {
            ContinuousVpSchedule.Beta(t[k]).ShouldBe(beta[k], 1e-12);
            ContinuousVpSchedule.AlphaBar(t[k]).ShouldBe(alphaBar[k], 1e-12);
            ContinuousVpSchedule.Deviation(t[k]).ShouldBe(deviation[k], 1e-9);
        }
    }

    [SharedTheory]
    [InlineData("score_sde", 0.1)]
    [InlineData("score_sde", 0.05)]
    [InlineData("score_sde", 0.001)]
    [InlineData("score_sde", 0.999)]
    [InlineData("guided_diffusion", 0.1)]
    [InlineData("guided_diffusion", 0.05)]
    [InlineData("guided_diffusion", 0.999)]
    public void A_step_of_the_reverse_SDE_is_that_of_the_reference(string kind, double t)
    {
        using var scope = TensorScope.Begin();
        var golden = new Golden("diffusion/steps_vp_sde");
        string name = FormattableString.Invariant($"{kind}.t{t}");
        var from = new StepIndex((int)Math.Round(t * 1000) - 1);
        double length = from.Value == 0 ? 9.9e-4 : 1e-3;
        var formula = new FormulaNetwork();
        var network = kind == "score_sde" ? (INoisePredictor)formula : new LabelNetwork(formula, golden.Doubles($"{name}.network_time"));
        var sampler = new ReverseSdeSampler(network, label: kind == "score_sde" ? TimeLabel.Real : TimeLabel.Truncated);
        var noise = new GivenNoise(Images($"{name}.dW") / Math.Sqrt(length), [from, from]);

        var next = sampler.Step(Images($"{name}.x"), [from, from], [from.Previous, from.Previous], noise);

        var expected = Images($"{name}.euler");
        // The reference forms 1 − ᾱ in float32: at t = 0.001 the score is off by 1.4e-4 of itself.
        Golden.RelativeDifference(next, expected).ShouldBeLessThan(t == 0.001 ? 3e-4 : 2e-5);

        Tensor Images(string tensor) => golden[tensor].Reshape(2, 3, 4, 4);
    }

    // With the exact denoiser of Gaussian data every sampler keeps the marginal variance, to its discretization error.
    [Theory]
    [InlineData("ddpm", 0.02)]
    [InlineData("ancestral", 0.02)]
    [InlineData("sde", 0.03)]
    [InlineData("ode", 0.03)]
    public void Marginal_variance_is_kept_at_every_level(string kind, double tolerance)
    {
        using var scope = TensorScope.Begin();
        using var noGrad = GradMode.Off();
        const double Sigma = 0.5;
        var schedule = NoiseSchedule.Linear1000;
        var network = new GaussianNetwork(schedule, Sigma);
        ISampler sampler = kind switch
        {
            "ddpm" => new DdimSampler(schedule, network, 1),
            "ancestral" => new AncestralSampler(schedule, network, ReverseVariance.Small, clip: false),
            "sde" => new ReverseSdeSampler(network),
            _ => new ReverseSdeSampler(network, deterministic: true),
        };
        var noise = new KeyedNoise(4, [new SampleKey(0)]);
        var clean = noise.Normal(NoisePurpose.Training, 0, [1, 200, 500]) * Sigma;
        StepIndex[] at = [new(149)];
        var x = ForwardProcess.Jump(schedule, clean, at, noise.Normal(NoisePurpose.Forward, 149, [1, 200, 500]));
        for (int i = 149; i >= 0; i--)
        {
            using var step = TensorScope.Begin();
            x = step.Return(sampler.Step(x, [new(i)], [new(i - 1)], noise));
            if (i % 30 == 0)
            {
                double variance = x.Square().Mean().Item(), expected = network.Variance(schedule.AlphaBar(new StepIndex(i - 1)));
                (variance / expected).ShouldBe(1, tolerance);
            }
        }
    }
}
