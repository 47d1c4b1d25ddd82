using Limpid.Diffusion;
using Limpid.Purification;
using Limpid.Tests.Support;
using Limpid.Torch;
using Limpid.Torch.Noise;

namespace Limpid.Tests.Purification;

public sealed class ScoreNormTests
{
    private static readonly ScoreNormStatistics Clean = new(612.5, 480, 755, 40, 5000, 20, [3, 4, 4], "f00d");

    [SharedTheory]
    [InlineData(0)]
    [InlineData(5)]
    [InlineData(20)]
    public void The_curves_are_those_of_the_paper(double bias)
    {
        var golden = new Golden("defences/ssni_reweighting");
        double[] norms = golden.Doubles("eps_norm");
        Same(golden.Doubles($"linear.b{bias}"), new ScoreNormRule { Curve = ScoreNormCurve.Linear, Bias = bias });
        Same(golden.Doubles($"sigmoid.b{bias}"), new ScoreNormRule { Bias = bias });
        Same(golden.Doubles($"sigmoid_scaled.b{bias}"), new ScoreNormRule { Bias = bias, BiasInside = true });
        Same(golden.Doubles($"sigmoid.b{bias}"), new ScoreNormRule { Bias = bias, RelativeTemperature = 20 / 612.5 });

        void Same(double[] expected, ScoreNormRule rule)
        {
            for (int k = 0; k < norms.Length; k++)
            {
                rule.Level(norms[k], 100, Clean).ShouldBe(expected[k], 1e-11 * Math.Max(1, Math.Abs(expected[k])));
            }
        }
    }

    [Theory]
    [InlineData(ScoreNormCurve.Sigmoid)]
    [InlineData(ScoreNormCurve.Linear)]
    public void A_less_natural_image_never_gets_less_noise(ScoreNormCurve curve)
    {
        var rule = new ScoreNormRule { Curve = curve };
        double[] levels = [.. Enumerable.Range(0, 200).Select(k => rule.Level(k * 10.0, 100, Clean))];
        levels.ShouldBeInOrder();
        rule.Level(double.PositiveInfinity, 100, Clean).ShouldBe(100);
        rule.Level(-1e9, 100, Clean).ShouldBe(0, 1e-9);
        Should.Throw<ArgumentOutOfRangeException>(() => rule.Level(double.NaN, 100, Clean));
    }

    [SharedTheory]
    [InlineData("eps_score_T20", 20)]
    [InlineData("eps_guided_T10", 10)]
    [InlineData("eps_score_norms_T8", 8)]
    public void The_score_is_that_of_the_reference(string name, int horizon)
    {
        using var scope = TensorScope.Begin();
        using var network = TinyNetworks.Make(name.Contains("guided", StringComparison.Ordinal) ? "guided_unet_a" : "score_sde_ncsnpp_vp");
        var golden = new Golden($"defences/{name}");
        var predictor = network as INoisePredictor ?? new UNetNoisePredictor((Limpid.Diffusion.Networks.GuidedUNet)network);
        var noise = new RecordedNoise([.. Enumerable.Range(0, horizon).Select(k => golden["noise"].Select(0, k))]);
        var score = new ExpectedPerturbationScore(predictor, horizon) { MaxBatch = 13 };

        // 3e-4: the reference's float32 deviation cancels at small times, which scales every score.
        if (golden.Contains("eps_vector"))
        {
            Golden.Difference(score.Vector(golden["x"], noise), golden["eps_vector"]).ShouldBeLessThan(3e-4 * golden["eps_vector"].Abs().Max().Item());
            score.Norms(golden["x"], noise).ShouldBe(golden.Doubles("eps_norm"), 3e-4 * golden.Doubles("eps_norm").Max());
        }
        if (golden.Contains("score_norms"))
        {
            double[] expected = golden.Doubles("score_norms");
            score.LevelNorms(golden["x"], noise).SelectMany(level => level).ToArray().ShouldBe(expected, 3e-4 * expected.Max());
        }
    }

    [Fact]
    public void The_score_of_Gaussian_data_has_its_closed_form()
    {
        using var scope = TensorScope.Begin();
        const int Levels = 7;
        var network = new ContinuousGaussian(0.5);
        var images = Images(3).To(DType.Float64);
        var u = images * 2 - 1;
        var expected = u.ZerosLike();
        for (int k = 1; k <= Levels; k++)
        {
            double alphaBar = ContinuousVpSchedule.AlphaBar(k / 1000.0);
            var y = (u * Math.Sqrt(alphaBar)) + (Noise(3).Normal(NoisePurpose.ScoreNorm, k, [3, 4, 4]) * Math.Sqrt(1 - alphaBar));
            expected -= y / ((alphaBar * 0.25) + 1 - alphaBar) / Levels;
        }
        Golden.Difference(new ExpectedPerturbationScore(network, Levels).Vector(images, Noise(3)), expected).ShouldBeLessThan(1e-7);
    }

    [Fact]
    public void The_score_does_not_depend_on_the_batch_or_on_how_levels_are_batched()
    {
        using var scope = TensorScope.Begin();
        var images = Images(5);
        var together = new ExpectedPerturbationScore(new FormulaNetwork()).Vector(images, Noise(5));
        for (int row = 0; row < 5; row++)
        {
            var alone = new ExpectedPerturbationScore(new FormulaNetwork()) { MaxBatch = 3 }.Vector(images.Rows([row]), Noise(5).Rows([row]));
            Golden.RelativeDifference(alone, together.Rows([row])).ShouldBeLessThanOrEqualTo(Batches.Tolerance);
        }
    }

    [Fact]
    public void Sample_specific_noise_costs_the_score_and_one_call_per_step_of_each_image()
    {
        using var scope = TensorScope.Begin();
        var images = Images(6);
        var counter = new CountingNoisePredictor(new FormulaNetwork());
        var score = new ExpectedPerturbationScore(counter, 20);
        var clean = ScoreNormStatistics.Fit(score, images, Noise(6), "f00d", batch: 4);
        var level = new ScoreNormLevel(score, clean, new ScoreNormRule { RelativeTemperature = 0.01 });
        int[] counts = [.. level.Measure(images, Noise(6)).Counts(new StepCount(40)).Select(c => c.Value)];
        counts.Distinct().Count().ShouldBeGreaterThan(2);

        long before = counter.Images;
        var plan = new DiffPure(counter, new DiffPureOptions { Count = new StepCount(40) }) { Level = level }.Plan(images, Noise(6));
        _ = Chain.Run(plan, images, Noise(6));
        (counter.Images - before).ShouldBe((6 * 20) + counts.Sum());
    }

    [Fact]
    public void Statistics_survive_a_file_and_are_refused_for_anything_else()
    {
        string path = Path.Combine(Path.GetTempPath(), $"limpid-{Environment.ProcessId}-statistics.json");
        try
        {
            Clean.Save(path);
            var read = ScoreNormStatistics.Load(path, "f00d");
            read.ImageShape.ShouldBe(Clean.ImageShape);
            (read with { ImageShape = Clean.ImageShape }).ShouldBe(Clean);
            Should.Throw<InputException>(() => ScoreNormStatistics.Load(path, "beef")).Message.ShouldContain("another network");
            Should.Throw<InputException>(() => read.CheckShape([3, 8, 8])).Message.ShouldContain("3×4×4");
            Should.Throw<InputException>(() => new ScoreNormLevel(new ExpectedPerturbationScore(new FormulaNetwork(), 50), read));
            File.WriteAllText(path, "{\"mean\": 1");
            Should.Throw<InputException>(() => ScoreNormStatistics.Load(path, "f00d")).Message.ShouldNotContain('\n');
            File.WriteAllText(path, "{\"mean\": 1}");
            Should.Throw<InputException>(() => ScoreNormStatistics.Load(path, "f00d"));
        }
        finally
        {
            File.Delete(path);
        }
        Should.Throw<InputException>(() => ScoreNormStatistics.Load(path, "f00d"));
    }

    private static Tensor Images(int n) => new KeyedNoise(1, Keys(n)).Uniform(NoisePurpose.Training, 0, [3, 4, 4]);

    private static KeyedNoise Noise(int n) => new(2, Keys(n));

    private static SampleKey[] Keys(int n) => [.. Enumerable.Range(0, n).Select(i => new SampleKey(i))];

    private sealed class ContinuousGaussian(double sigma) : INoisePredictor
    {
        public Tensor PredictNoise(Tensor diffused, ReadOnlySpan<double> timesteps)
        {
            double[] factors = [.. timesteps.ToArray().Select(t =>
            {
                double alphaBar = ContinuousVpSchedule.AlphaBar(t / 999);
                return Math.Sqrt(1 - alphaBar) / ((alphaBar * sigma * sigma) + 1 - alphaBar);
            })];
            return diffused * Tensor.From(factors, factors.Length, 1, 1, 1);
        }
    }
}
