using System.Text.Json.Serialization;

namespace Limpid.Evaluation;

/// <summary>All that an evaluation found out about one image in one repetition: a line of the run folder.</summary>
/// <remarks>Classes are numbers; everything but <see cref="Seconds"/> is the same whenever and wherever it is computed.</remarks>
public sealed record SampleRecord
{
    /// <summary>Index of the image in its full data set.</summary>
    public required long Index { get; init; }

    /// <summary>Which repetition of the experiment, from 0.</summary>
    public required int Repetition { get; init; }

    /// <summary>True class.</summary>
    public required int Label { get; init; }

    /// <summary>What the bare classifier says of the clean image.</summary>
    public required int UndefendedClean { get; init; }

    /// <summary>What the bare classifier says of the image that was made against it alone.</summary>
    public required int UndefendedAdversarial { get; init; }

    /// <summary>What the defense says of the clean image, first judgement.</summary>
    public required int Clean { get; init; }

    /// <summary>What the defense says, with fresh noise, of the image that was made against it, first judgement.</summary>
    public required int Adversarial { get; init; }

    /// <summary>Control: what the defense says of the image with random noise of the same radius, first judgement; null where the threat has none.</summary>
    public int? Noise { get; init; }

    /// <summary>All judgements and draws behind <see cref="Clean"/>, where there is more than one.</summary>
    public Judgement? CleanJudgement { get; init; }

    /// <summary>All judgements and draws behind <see cref="Adversarial"/>, where there is more than one.</summary>
    public Judgement? AdversarialJudgement { get; init; }

    /// <summary>All judgements and draws behind <see cref="Noise"/>, where there is more than one.</summary>
    public Judgement? NoiseJudgement { get; init; }

    /// <summary>Largest absolute change of any value of the attacked image.</summary>
    public required double Linf { get; init; }

    /// <summary>Euclidean length of the change.</summary>
    public required double L2 { get; init; }

    /// <summary>Sum of absolute changes.</summary>
    public required double L1 { get; init; }

    /// <summary>Gradient steps the attack took.</summary>
    public required int Iterations { get; init; }

    /// <summary>Whether the attack itself saw a wrong prediction.</summary>
    public required bool AttackSuccess { get; init; }

    /// <summary>Score norm of the clean image, where the defense measures it.</summary>
    public double? ScoreNormClean { get; init; }

    /// <summary>Score norm of the attacked image, where the defense measures it.</summary>
    public double? ScoreNormAdversarial { get; init; }

    /// <summary>How many steps the clean image is diffused, where the defense diffuses it.</summary>
    public int? LevelClean { get; init; }

    /// <summary>How many steps the attacked image is diffused, where the defense diffuses it.</summary>
    public int? LevelAdversarial { get; init; }

    /// <summary>The detector's score of the clean image, where the defense has a gate.</summary>
    public double? DetectorClean { get; init; }

    /// <summary>The detector's score of the attacked image, where the defense has a gate.</summary>
    public double? DetectorAdversarial { get; init; }

    /// <summary>Whether the gate took the clean image for adversarial.</summary>
    public bool? CaughtClean { get; init; }

    /// <summary>Whether the gate took the attacked image for adversarial.</summary>
    public bool? CaughtAdversarial { get; init; }

    /// <summary>This sample's share of the time its batch took.</summary>
    public required double Seconds { get; init; }

    /// <summary>What identifies the sample within its run.</summary>
    [JsonIgnore]
    public (long Index, int Repetition) Key => (Index, Repetition);
}

/// <summary>Several looks at one image, each with fresh noise.</summary>
/// <param name="Answers">The class the defense settled on, one per judgement.</param>
/// <param name="Votes">The class each single draw named, judgement by judgement.</param>
public sealed record Judgement(IReadOnlyList<int> Answers, IReadOnlyList<int> Votes);
