using Limpid.Diffusion;
using Limpid.Tests.Support;
using Limpid.Torch;
using Limpid.Torch.Noise;

namespace Limpid.Tests.Diffusion;

public sealed class EdmTests
{
    [SharedTheory]
    [InlineData("edm_sigmas.n18.rho7.min0.002.max80.0", 18, 0.002, 80)]
    [InlineData("edm_sigmas.n10.rho7.min0.01.max50.0", 10, 0.01, 50)]
    public void The_grid_is_that_of_the_reference(string name, int steps, double min, double max)
    {
        double[] sigmas = EdmSampler.Sigmas(new EdmSamplerOptions { Steps = steps, SigmaMin = min, SigmaMax = max });
        sigmas.ShouldBe(new Golden("diffusion/schedules").Doubles(name), 1e-10);
    }

    [SharedFact]
    public void The_sampler_is_that_of_the_reference()
    {
        Same("edm.heun18", new EdmSamplerOptions());
        Same("edm.heun6_churn", new EdmSamplerOptions { Steps = 6, Churn = 4, ChurnMin = 0.05, ChurnMax = 50, ChurnNoise = 1.007, SigmaMin = 0.01, SigmaMax = 60 });
        Same("ablation.euler_edm", new EdmSamplerOptions { Steps = 8, Heun = false });

        static void Same(string name, EdmSamplerOptions options)
        {
            using var scope = TensorScope.Begin();
            var golden = new Golden("diffusion/edm_samplers");
            double[] sigmas = EdmSampler.Sigmas(options);
            // Noise is drawn for every step there, and only for those with churn here.
            var used = Enumerable.Range(0, options.Steps).Where(i => options.Churn > 0 && sigmas[i] >= options.ChurnMin && sigmas[i] <= options.ChurnMax);
            var noise = new RecordedNoise([.. used.Select(i => golden[$"{name}.noise"].Select(0, i))]);
            Golden.RelativeDifference(EdmSampler.Sample(new Formula(), golden[$"{name}.latents"], options, noise), golden[$"{name}.sample"]).ShouldBeLessThan(1e-9);
        }
    }

    [SharedTheory]
    [InlineData("step.0.33883.0.1", 0.33883, 0.1)]
    [InlineData("step.2.0.0.5", 2, 0.5)]
    [InlineData("step.0.1.0.0", 0.1, 0)]
    public void A_step_is_that_of_the_reference(string name, double from, double to)
    {
        using var scope = TensorScope.Begin();
        var golden = new Golden("diffusion/edm_samplers");
        var euler = EdmSampler.Step(new Formula(), golden[$"{name}.x"], from, to, heun: false);
        Golden.RelativeDifference(euler, golden[$"{name}.euler"]).ShouldBeLessThan(1e-9);
        if (golden.Contains($"{name}.heun"))
        {
            Golden.RelativeDifference(EdmSampler.Step(new Formula(), golden[$"{name}.x"], from, to), golden[$"{name}.heun"]).ShouldBeLessThan(1e-9);
        }
    }

    [Fact]
    public void The_Heun_step_of_a_schedule_is_the_Heun_step_between_its_sigmas()
    {
        using var scope = TensorScope.Begin();
        var schedule = NoiseSchedule.Linear1000;
        var x = Images(2);
        StepIndex[] from = [new(99), new(59)], to = [new(49), StepIndex.Clean];
        var stepped = new HeunSampler(schedule, DenoiserNoisePredictor.Discrete(new Formula(), schedule)).Step(x, from, to, Noise(2));
        for (int row = 0; row < 2; row++)
        {
            double a = schedule.AlphaBar(from[row]), b = schedule.AlphaBar(to[row]);
            var expected = EdmSampler.Step(new Formula(), x.Rows([row]) / Math.Sqrt(a), Math.Sqrt((1 / a) - 1), Math.Sqrt((1 / b) - 1)) * Math.Sqrt(b);
            Golden.Difference(stepped.Rows([row]), expected).ShouldBeLessThan(1e-12);
        }
    }

    [Fact]
    public void A_denoiser_of_Gaussian_data_becomes_its_exact_noise_predictor()
    {
        using var scope = TensorScope.Begin();
        var schedule = NoiseSchedule.Linear1000;
        var x = Images(3);
        double[] labels = [0, 99, 999];
        var adapted = DenoiserNoisePredictor.Discrete(new GaussianDenoiser(0.5), schedule).PredictNoise(x, labels);
        Golden.Difference(adapted, new GaussianNetwork(schedule, 0.5).PredictNoise(x, labels)).ShouldBeLessThan(1e-10);
    }

    private static Tensor Images(int n) => Noise(n).Normal(NoisePurpose.Training, 0, [3, 4, 4]).To(DType.Float64);

    private static KeyedNoise Noise(int n) => new(1, [.. Enumerable.Range(0, n).Select(i => new SampleKey(i))]);

    // D(x; σ) = x/(1+σ²) + 0.3·σ/(1+σ)·sin(1.1x), as in the manifest.
    private sealed class Formula : IDenoiser
    {
        public Tensor Denoise(Tensor noisy, ReadOnlySpan<double> sigmas)
        {
            var sigma = Tensor.From(sigmas, sigmas.Length, 1, 1, 1);
            return (noisy / (sigma.Square() + 1)) + ((noisy * 1.1).Sin() * (sigma * 0.3 / (sigma + 1)));
        }
    }

    private sealed class GaussianDenoiser(double deviation) : IDenoiser
    {
        public Tensor Denoise(Tensor noisy, ReadOnlySpan<double> sigmas)
        {
            var sigma = Tensor.From(sigmas, sigmas.Length, 1, 1, 1);
            return noisy * (deviation * deviation) / (sigma.Square() + (deviation * deviation));
        }
    }
}
