using Limpid.Attacks;
using Limpid.Data;
using Limpid.Defenses;
using Limpid.Diffusion;
using Limpid.Evaluation;
using Limpid.Purification;
using Limpid.Tests.Attacks;
using Limpid.Tests.Support;
using Limpid.Torch;

namespace Limpid.Tests.Evaluation;

public sealed class RobustEvaluationTests : IDisposable
{
    private readonly SmallRun run = new();

    [Fact]
    public void Accuracies_are_the_shares_of_the_samples()
    {
        var samples = new List<SampleRecord>();
        var summary = run.Evaluation(repetitions: 1).Run(progress: new Collector(samples));

        samples.Count.ShouldBe(SmallRun.Images);
        summary.UndefendedClean.Value.ShouldBe(0.9, 1e-12, "one label is wrong");
        summary.Robust.Value.ShouldBe(samples.Count(s => s.Adversarial == s.Label) / 10.0, 1e-12);
        summary.Clean.Value.ShouldBe(samples.Count(s => s.Clean == s.Label) / 10.0, 1e-12);
        summary.UndefendedRobust.Value.ShouldBeLessThan(summary.UndefendedClean.Value);
        summary.Robust.Interval.ShouldBe(Interval.Wilson(summary.Robust.Value, SmallRun.Images));
        samples.ShouldAllBe(s => s.Linf <= SmallRun.Threat.Epsilon + 1e-6 && s.Iterations == 3);
    }

    [Fact]
    public void The_undefended_robust_accuracy_of_a_linear_classifier_is_what_its_margins_say()
    {
        using var scope = TensorScope.Begin();
        using var classifier = new LinearClassifier(1, [3, 8, 8], dtype: DType.Float32);
        var summary = new RobustEvaluation(new Defense(classifier), new Fgsm(SmallRun.Threat), run.Data).Run();

        int robust = 0;
        var pixels = new float[192];
        for (int i = 0; i < run.Data.Count; i++)
        {
            run.Data.ReadImage(i, pixels);
            double margin = -AttackLosses.Margin(classifier.Logits(Tensor.From(pixels, 1, 3, 8, 8)), Tensor.From([(long)run.Data.Label(i)], 1)).Item();
            robust += margin > SmallRun.Threat.Epsilon * classifier.DualNorm(ThreatNorm.Linf) ? 1 : 0;
        }

        summary.Robust.Value.ShouldBe(robust / 10.0, 0.1 + 1e-9, "a value near the wall of the box can move less");
        summary.Robust.Value.ShouldBe(summary.UndefendedRobust.Value);
        summary.RobustDraws.ShouldBeNull();
    }

    [Fact]
    public void Repetitions_have_noise_of_their_own_and_their_spread_is_reported()
    {
        var samples = new List<SampleRecord>();
        var summary = run.Evaluation(repetitions: 3).Run(progress: new Collector(samples));

        samples.GroupBy(s => s.Repetition).Select(r => r.Sum(s => s.L2)).Distinct().Count().ShouldBe(3);
        summary.Robust.PerRepetition!.Count.ShouldBe(3);
        summary.Robust.Value.ShouldBe(summary.Robust.PerRepetition.Average(), 1e-12);
        summary.Robust.Count.ShouldBe(SmallRun.Images);
        summary.Robust.Std!.Value.ShouldBe(summary.Robust.StdPopulation!.Value * Math.Sqrt(3.0 / 2), 1e-12);
    }

    [Fact]
    public void The_worst_of_several_draws_is_no_better_than_their_average()
    {
        var summary = run.Evaluation(votes: 3, judgements: 4).Run();

        foreach (var draws in new[] { summary.CleanDraws!, summary.RobustDraws!, summary.NoiseDraws! })
        {
            draws.Draws.ShouldBe(12);
            draws.WorstOf.Value.ShouldBeLessThanOrEqualTo(draws.Average.Value);
            draws.WorstOf.Value.ShouldBeLessThanOrEqualTo(draws.MajorityOf.Value);
        }
    }

    [Fact]
    public void How_far_each_image_is_diffused_is_recorded()
    {
        using var classifier = new LinearClassifier(1, [3, 8, 8], dtype: DType.Float32);
        var purifier = new DiffPure(new FormulaNetwork(), new DiffPureOptions { Count = new StepCount(7), Calls = 2 });
        var samples = new List<SampleRecord>();
        var summary = new RobustEvaluation(new Defense(classifier, purifier), new Fgsm(SmallRun.Threat), run.Data).Run(progress: new Collector(samples));

        samples.ShouldAllBe(s => s.LevelClean == 7 && s.LevelAdversarial == 7 && s.ScoreNormClean == null);
        summary.LevelClean!.Mean.ShouldBe(7);
        summary.ScoreNormClean.ShouldBeNull();
    }

    [Fact]
    public void An_image_listed_twice_is_one_sample()
    {
        using var twice = new SmallRun([0, 1, 2, 3, 4, 5, 6, 7, 8, 0]);

        twice.Evaluation(repetitions: 2).Items.ShouldBe(18);
        twice.Evaluation(repetitions: 2).Run().Missing.ShouldBe(0);
    }

    [Fact]
    public void Unlabeled_data_are_refused()
    {
        var unlabeled = new InMemoryDataset("photos", 3, 8, 8, new byte[192], [-1], ["no", "yes"]);

        Should.Throw<InputException>(() => new RobustEvaluation(run.Defense(), new Fgsm(SmallRun.Threat), unlabeled).Run()).Message.ShouldContain("no label");
    }

    [Fact]
    public void An_evaluation_leaves_no_native_tensor_behind()
    {
        long before = LiveHandles.Settled();

        run.Evaluation().Run();

        Engine.LiveTensors.ShouldBe(before);
    }

    [Theory]
    [InlineData("0/4", 0, 4)]
    [InlineData("3/4", 3, 4)]
    public void A_shard_reads_back(string text, int index, int count)
    {
        Shard.Parse(text).ShouldBe(new Shard(index, count));
        Shard.Parse(text).ToString().ShouldBe(text);
    }

    [Theory]
    [InlineData("4/4")]
    [InlineData("1")]
    [InlineData("-1/2")]
    [InlineData("a/b")]
    public void A_shard_that_is_none_is_refused(string text) => Should.Throw<InputException>(() => Shard.Parse(text)).Message.ShouldContain("i/n");

    public void Dispose() => run.Dispose();

    private sealed class Collector(List<SampleRecord> samples) : IProgress<EvaluationProgress>
    {
        public void Report(EvaluationProgress value) => samples.AddRange(value.Finished);
    }
}
