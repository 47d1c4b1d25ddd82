using Limpid.Attacks;
using Limpid.Torch;
using Limpid.Torch.Noise;

namespace Limpid.Detection;

/// <summary>What a gate caught in batches of one size and one share of adversarial images.</summary>
/// <param name="Size">Images of a batch.</param>
/// <param name="Share">Share of adversarial images that was asked for.</param>
/// <param name="Adversarial">Share of the adversarial images that was caught; NaN where there were none.</param>
/// <param name="Clean">Share of the clean images that was caught; NaN where there were none.</param>
public sealed record GateRate(int Size, double Share, double Adversarial, double Clean);

/// <summary>How a gate does over batch sizes and shares of adversarial images: what DAD's authors name as its limit (honest-evaluation §3.9, D4).</summary>
public sealed record GateComparison
{
    /// <summary>Batch sizes.</summary>
    public IReadOnlyList<int> Sizes { get; init; } = [1, 10, 50, 100];

    /// <summary>Shares of adversarial images in a batch, each in [0,1].</summary>
    public IReadOnlyList<double> Shares { get; init; } = [0, 0.1, 0.25, 0.5, 1];

    /// <summary>Batches drawn for each pair, at least 1.</summary>
    public int Draws { get; init => field = Require.AtLeast(value, 1, "draws"); } = 50;

    /// <summary>Measures a gate; pairs that the images do not suffice for, or whose share is less than one image, are left out.</summary>
    /// <param name="gate">The gate.</param>
    /// <param name="clean">Clean images [N,C,H,W] in [0,1], outside reference and validation.</param>
    /// <param name="adversarial">Their twins, [N,C,H,W].</param>
    /// <param name="noise">The noise of these rows; it also draws the batches.</param>
    public IReadOnlyList<GateRate> Run(IKernelDetector gate, Tensor clean, Tensor adversarial, INoise noise)
    {
        ArgumentNullException.ThrowIfNull(gate);
        using var noGrad = GradMode.Off();
        using var scope = TensorScope.Begin();
        var (seenClean, seenTwins) = (CleanReference.RepresentAll(gate.Reference.View, clean, noise), CleanReference.RepresentAll(gate.Reference.View, adversarial, noise));
        var rates = new List<GateRate>();
        foreach (int size in Sizes.Where(size => size <= noise.Count))
        {
            foreach (double share in Shares)
            {
                int twins = (int)Math.Round(share * size, MidpointRounding.AwayFromZero);
                if (share == 0 || share * size >= 1)
                {
                    rates.Add(Measure(gate, seenClean, seenTwins, size, share, twins, noise));
                }
            }
        }
        return rates;
    }

    private GateRate Measure(IKernelDetector gate, Represented clean, Represented adversarial, int size, double share, int twins, INoise noise)
    {
        int caughtTwins = 0, caughtClean = 0;
        double threshold = gate.ThresholdFor(size);
        for (int draw = 0; draw < Draws; draw++)
        {
            using var scope = TensorScope.Begin();
            float[] keys = noise.Uniform(NoisePurpose.Resampled, draw, [1]).ToFloats();
            int[] rows = [.. Enumerable.Range(0, noise.Count).OrderBy(i => keys[i]).Take(size)];
            double[] scores = gate.ScoreOf(Mix(adversarial.Rows(rows.AsSpan(0, twins)), clean.Rows(rows.AsSpan(twins)))).ToDoubles();
            for (int i = 0; i < size; i++)
            {
                bool isCaught = new Finding(scores[scores.Length == 1 ? 0 : i], threshold).IsAdversarial;
                caughtTwins += isCaught && i < twins ? 1 : 0;
                caughtClean += isCaught && i >= twins ? 1 : 0;
            }
        }
        return new GateRate(size, share, (double)caughtTwins / (Draws * twins), (double)caughtClean / (Draws * (size - twins)));
    }

    private static Represented Mix(Represented first, Represented second) =>
        new(Tensor.Concat([first.Features, second.Features]), Tensor.Concat([first.Pixels, second.Pixels]));
}
