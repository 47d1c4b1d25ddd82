using System.Globalization;

namespace Limpid.Evaluation;

/// <summary>What a run comes to: the content of <c>summary.json</c>, derived from the samples alone.</summary>
/// <remarks>The same samples give the same summary; only <see cref="Times"/> depends on when and where they were computed.</remarks>
public sealed record EvaluationSummary
{
    /// <summary>Images times repetitions of the whole run.</summary>
    public required int Items { get; init; }

    /// <summary>How many of them are done.</summary>
    public required int Done { get; init; }

    /// <summary>How many are not.</summary>
    public int Missing => Items - Done;

    /// <summary>Repetitions seen.</summary>
    public required int Repetitions { get; init; }

    /// <summary>Bare classifier, clean images.</summary>
    public required Accuracy UndefendedClean { get; init; }

    /// <summary>Bare classifier, images attacked against it alone.</summary>
    public required Accuracy UndefendedRobust { get; init; }

    /// <summary>Defense, clean images, fresh noise.</summary>
    public required Accuracy Clean { get; init; }

    /// <summary>Defense, images attacked against it, fresh noise: the headline.</summary>
    public required Accuracy Robust { get; init; }

    /// <summary>Control: defense, random noise of the same radius; null where the threat has no radius.</summary>
    public Accuracy? Noise { get; init; }

    /// <summary>Share of samples for which the attack itself saw a wrong prediction; not a verdict.</summary>
    public required Accuracy AttackSuccess { get; init; }

    /// <summary>Single draws on clean images, where there is more than one.</summary>
    public DrawAccuracies? CleanDraws { get; init; }

    /// <summary>Single draws on attacked images, where there is more than one.</summary>
    public DrawAccuracies? RobustDraws { get; init; }

    /// <summary>Single draws on images with random noise, where there is more than one.</summary>
    public DrawAccuracies? NoiseDraws { get; init; }

    /// <summary>Largest absolute change.</summary>
    public Spread? Linf { get; init; }

    /// <summary>Euclidean length of the change.</summary>
    public Spread? L2 { get; init; }

    /// <summary>Sum of absolute changes.</summary>
    public Spread? L1 { get; init; }

    /// <summary>Gradient steps.</summary>
    public Spread? Iterations { get; init; }

    /// <summary>Score norms of clean images.</summary>
    public Spread? ScoreNormClean { get; init; }

    /// <summary>Score norms of attacked images.</summary>
    public Spread? ScoreNormAdversarial { get; init; }

    /// <summary>Steps that clean images are diffused.</summary>
    public Spread? LevelClean { get; init; }

    /// <summary>Steps that attacked images are diffused.</summary>
    public Spread? LevelAdversarial { get; init; }

    /// <summary>Share of clean images that the gate took for adversarial; null where there is no gate.</summary>
    public Accuracy? CaughtClean { get; init; }

    /// <summary>Share of attacked images that the gate took for adversarial; null where there is no gate.</summary>
    public Accuracy? CaughtAdversarial { get; init; }

    /// <summary>What depends on the machine.</summary>
    public required EvaluationTimes Times { get; init; }

    /// <summary>Sums samples up.</summary>
    /// <param name="samples">Distinct samples.</param>
    /// <param name="items">How many there are to be.</param>
    public static EvaluationSummary Of(IReadOnlyCollection<SampleRecord> samples, int items)
    {
        ArgumentNullException.ThrowIfNull(samples);
        var gated = samples.Where(s => s.CaughtClean is not null).ToList();
        var withNoise = samples.Where(s => s.Noise is not null).ToList();
        return new EvaluationSummary
        {
            Items = items,
            Done = samples.Count,
            Repetitions = samples.Select(s => s.Repetition).Distinct().Count(),
            UndefendedClean = Accuracy.Of(samples, s => Right(s, s.UndefendedClean)),
            UndefendedRobust = Accuracy.Of(samples, s => Right(s, s.UndefendedAdversarial)),
            Clean = Accuracy.Of(samples, s => Answers(s, s.Clean, s.CleanJudgement)),
            Robust = Accuracy.Of(samples, s => Answers(s, s.Adversarial, s.AdversarialJudgement)),
            Noise = withNoise.Count == 0 ? null : Accuracy.Of(withNoise, s => Answers(s, s.Noise!.Value, s.NoiseJudgement)),
            AttackSuccess = Accuracy.Of(samples, s => s.AttackSuccess ? 1 : 0),
            CleanDraws = DrawAccuracies.Of(samples, s => s.CleanJudgement),
            RobustDraws = DrawAccuracies.Of(samples, s => s.AdversarialJudgement),
            NoiseDraws = DrawAccuracies.Of(samples, s => s.NoiseJudgement),
            Linf = Spread.Of(samples, s => s.Linf),
            L2 = Spread.Of(samples, s => s.L2),
            L1 = Spread.Of(samples, s => s.L1),
            Iterations = Spread.Of(samples, s => s.Iterations),
            ScoreNormClean = Spread.Of(samples, s => s.ScoreNormClean),
            ScoreNormAdversarial = Spread.Of(samples, s => s.ScoreNormAdversarial),
            LevelClean = Spread.Of(samples, s => s.LevelClean),
            LevelAdversarial = Spread.Of(samples, s => s.LevelAdversarial),
            CaughtClean = gated.Count == 0 ? null : Accuracy.Of(gated, s => s.CaughtClean == true ? 1 : 0),
            CaughtAdversarial = gated.Count == 0 ? null : Accuracy.Of(gated, s => s.CaughtAdversarial == true ? 1 : 0),
            Times = EvaluationTimes.Of(samples),
        };
    }

    /// <summary>Fit to print.</summary>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture,
        $"clean {Clean}, robust {Robust}; undefended: clean {UndefendedClean}, robust {UndefendedRobust}; {Done} of {Items} done");

    private static double Right(SampleRecord sample, int answer) => answer == sample.Label ? 1 : 0;

    private static double Answers(SampleRecord sample, int first, Judgement? all) =>
        all is null ? Right(sample, first) : all.Answers.Average(answer => Right(sample, answer));
}

/// <summary>What a run cost.</summary>
/// <param name="Seconds">Sum over samples of their share of computing time.</param>
/// <param name="SecondsPerSample">The same per sample.</param>
/// <param name="PeakMemoryBytes">Most memory the process that wrote the summary ever held.</param>
public sealed record EvaluationTimes(double Seconds, double SecondsPerSample, long PeakMemoryBytes)
{
    internal static EvaluationTimes Of(IReadOnlyCollection<SampleRecord> samples)
    {
        using var process = System.Diagnostics.Process.GetCurrentProcess();
        double seconds = samples.Sum(s => s.Seconds);
        return new EvaluationTimes(seconds, samples.Count == 0 ? 0 : seconds / samples.Count, process.PeakWorkingSet64);
    }
}
