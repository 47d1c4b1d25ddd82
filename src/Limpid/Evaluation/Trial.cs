using Limpid.Attacks;
using Limpid.Defenses;
using Limpid.Torch;
using Limpid.Torch.Noise;

namespace Limpid.Evaluation;

/// <summary>One batch of samples: attacked, then judged with fresh noise beside its controls.</summary>
/// <remarks>
/// The defense is attacked through its target of the given gradient mode, the bare classifier directly; all of that on
/// CRAFT noise. Verdicts are on VERIFY noise, which is first read when the images are final (honest evaluation §2).
/// </remarks>
internal sealed class Trial(Defense defense, IAttack attack, GradientMode mode, int judgements)
{
    private readonly Judge judge = new(defense, judgements);
    private readonly Defense bare = new(defense.Classifier) { BatchSize = defense.BatchSize };

    /// <summary>The samples, without their times, and the attacked images [N,C,H,W].</summary>
    public (IReadOnlyList<SampleRecord> Samples, Tensor Adversarial) Run(Tensor images, Tensor labels, IReadOnlyList<SampleKey> keys, INoise noise, CancellationToken cancellation)
    {
        using var scope = TensorScope.Begin();
        var found = attack.Run(defense.Target(mode, cancellation), images, labels, noise.Branch(NoisePurpose.Craft, 0), cancellation);
        var adversarial = judge.Of(Judge.Kind.Adversarial, found.Adversarial, noise, cancellation);
        var clean = judge.Of(Judge.Kind.Clean, images, noise, cancellation);
        var control = Control(images, noise, cancellation);
        var (bareClean, bareAdversarial) = defense.Purifier is null
            ? (clean.Select(j => j.Answers[0]).ToArray(), adversarial.Select(j => j.Answers[0]).ToArray())
            : Undefended(images, labels, noise, cancellation);
        var (cleanLevels, cleanNorms) = defense.Levels(images, Judge.Branch(Judge.Kind.Clean, noise, 0), cancellation);
        var (levels, norms) = defense.Levels(found.Adversarial, Judge.Branch(Judge.Kind.Adversarial, noise, 0), cancellation);
        var cleanFindings = defense.Findings(images, Judge.Branch(Judge.Kind.Clean, noise, 0), cancellation);
        var findings = defense.Findings(found.Adversarial, Judge.Branch(Judge.Kind.Adversarial, noise, 0), cancellation);
        double[] linf = Distances.Linf(found.Adversarial, images), l2 = Distances.L2(found.Adversarial, images), l1 = Distances.L1(found.Adversarial, images);
        long[] truth = labels.ToLongs();
        SampleRecord[] samples = [.. keys.Select((key, i) => new SampleRecord
        {
            Index = key.Image,
            Repetition = key.Repetition,
            Label = (int)truth[i],
            UndefendedClean = bareClean[i],
            UndefendedAdversarial = bareAdversarial[i],
            Clean = clean[i].Answers[0],
            Adversarial = adversarial[i].Answers[0],
            Noise = control?[i].Answers[0],
            CleanJudgement = IfSeveral(clean[i]),
            AdversarialJudgement = IfSeveral(adversarial[i]),
            NoiseJudgement = IfSeveral(control?[i]),
            Linf = linf[i],
            L2 = l2[i],
            L1 = l1[i],
            Iterations = found.Iterations[i],
            AttackSuccess = found.Success[i],
            ScoreNormClean = cleanNorms?[i],
            ScoreNormAdversarial = norms?[i],
            LevelClean = cleanLevels?[i],
            LevelAdversarial = levels?[i],
            DetectorClean = cleanFindings?[i].Score,
            DetectorAdversarial = findings?[i].Score,
            CaughtClean = cleanFindings?[i].IsAdversarial,
            CaughtAdversarial = findings?[i].IsAdversarial,
            Seconds = 0,
        })];
        return (samples, scope.Return(found.Adversarial));
    }

    private IReadOnlyList<Judgement>? Control(Tensor images, INoise noise, CancellationToken cancellation)
    {
        if (!double.IsFinite(attack.Threat.Epsilon))
        {
            return null;
        }
        using var scope = TensorScope.Begin();
        var noisy = new RandomNoise(attack.Threat).Perturb(images, noise.Branch(NoisePurpose.Control, 0));
        return judge.Of(Judge.Kind.Noise, noisy, noise, cancellation);
    }

    private (int[] Clean, int[] Adversarial) Undefended(Tensor images, Tensor labels, INoise noise, CancellationToken cancellation)
    {
        using var scope = TensorScope.Begin();
        var found = attack.Run(bare.Target(cancellation: cancellation), images, labels, noise.Branch(NoisePurpose.Craft, 1), cancellation);
        return (Classes(images), Classes(found.Adversarial));

        int[] Classes(Tensor of) => [.. bare.Predict(of, noise, cancellation).Select(verdict => verdict.Class)];
    }

    private static Judgement? IfSeveral(Judgement? judgement) => judgement is { Votes.Count: > 1 } ? judgement : null;
}
