using Limpid.Defenses;
using Limpid.Torch;
using Limpid.Torch.Noise;

namespace Limpid.Evaluation;

/// <summary>What a defense says of finished images, with noise that nothing has seen before.</summary>
internal sealed class Judge(Defense defense, int judgements)
{
    /// <summary>What is judged; the kinds never share noise.</summary>
    public enum Kind
    {
        /// <summary>Attacked images.</summary>
        Adversarial,

        /// <summary>Clean images.</summary>
        Clean,

        /// <summary>Images with random noise of the threat's size.</summary>
        Noise,
    }

    /// <summary>All judgements of each image.</summary>
    public IReadOnlyList<Judgement> Of(Kind kind, Tensor images, INoise noise, CancellationToken cancellation)
    {
        var rounds = Enumerable.Range(0, judgements).Select(j => defense.Predict(images, Branch(kind, noise, j), cancellation)).ToList();
        return [.. Enumerable.Range(0, noise.Count).Select(row => new Judgement(
            [.. rounds.Select(verdicts => verdicts[row].Class)],
            [.. rounds.SelectMany(verdicts => verdicts[row].Votes)]))];
    }

    /// <summary>The noise of one judgement.</summary>
    public static INoise Branch(Kind kind, INoise noise, int judgement) => noise.Branch(NoisePurpose.Verify, (int)kind).Branch(NoisePurpose.Draw, judgement);
}
