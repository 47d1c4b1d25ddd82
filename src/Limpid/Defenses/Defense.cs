using Limpid.Attacks;
using Limpid.Classifiers;
using Limpid.Detection;
using Limpid.Purification;
using Limpid.Torch;
using Limpid.Torch.Noise;

namespace Limpid.Defenses;

/// <summary>A classifier, perhaps behind a purifier, perhaps voting over several draws of it.</summary>
/// <param name="classifier">Names what the purified image shows.</param>
/// <param name="purifier">Cleans the image first; null for the undefended classifier.</param>
public sealed class Defense(IClassifier classifier, IPurifier? purifier = null)
{
    /// <summary>What names the purified image.</summary>
    public IClassifier Classifier => classifier;

    /// <summary>What cleans the image; null where nothing does.</summary>
    public IPurifier? Purifier => purifier;

    /// <summary>A cheaper purifier for <see cref="GradientMode.Surrogate"/>.</summary>
    public IPurifier? Surrogate { get; init; }

    /// <summary>Draws that a prediction is made from, at least 1.</summary>
    public int Votes { get; init => field = Require.AtLeast(value, 1, "votes"); } = 1;

    /// <summary>How the draws become one answer.</summary>
    public VoteRule VoteRule { get; init; } = VoteRule.Majority;

    /// <summary>Most rows that go through purifier and classifier at once, at least 1; results do not depend on it, unless the purifier's gate judges batches.</summary>
    public int BatchSize { get; init => field = Require.AtLeast(value, 1, "batch"); } = 64;

    /// <summary>What attackers put in place of the defense's own target while they craft, such as a gate with a gradient; null for the target itself.</summary>
    /// <remarks>Given the target and what stops its queries. Never used where images are judged, nor by attackers who do not know of the defense.</remarks>
    public Func<ITarget, CancellationToken, ITarget>? Relaxation { get; init; }

    /// <summary>What the defense says of each image.</summary>
    /// <param name="images">[N,C,H,W] in [0,1].</param>
    /// <param name="noise">The noise of these rows; draw v uses its branch (<see cref="NoisePurpose.Draw"/>, v).</param>
    /// <param name="cancellation">Looked at once per network call of the purifier.</param>
    public IReadOnlyList<Verdict> Predict(Tensor images, INoise noise, CancellationToken cancellation = default)
    {
        using var scope = TensorScope.Begin();
        var target = OneDraw(GradientMode.Exact, cancellation);
        int count = noise.Count, classes = classifier.ClassCount;
        var draws = new JoinedNoise([.. Enumerable.Range(0, Votes).Select(v => noise.Branch(NoisePurpose.Draw, v))]);
        var logits = new double[Votes * count][];
        foreach (int[] chunk in Enumerable.Range(0, logits.Length).Chunk(BatchSize))
        {
            cancellation.ThrowIfCancellationRequested();
            using var inner = TensorScope.Begin();
            int[] rows = Array.ConvertAll(chunk, i => i % count);
            double[] values = target.Logits(images.Rows(rows), draws.Rows(chunk)).ToDoubles();
            for (int i = 0; i < chunk.Length; i++)
            {
                logits[chunk[i]] = values[(i * classes)..((i + 1) * classes)];
            }
        }
        return [.. Enumerable.Range(0, count).Select(row =>
            Voting.Join([.. Enumerable.Range(0, Votes).Select(v => logits[v * count + row])], VoteRule))];
    }

    /// <summary>The purified images [N,C,H,W] of one draw, without gradient; the images themselves where nothing purifies.</summary>
    /// <param name="images">[N,C,H,W] in [0,1].</param>
    /// <param name="noise">The noise of these rows.</param>
    /// <param name="cancellation">Looked at once per step.</param>
    public Tensor Purify(Tensor images, INoise noise, CancellationToken cancellation = default)
    {
        if (purifier is null)
        {
            return images.Clone();
        }
        using var scope = TensorScope.Begin();
        var parts = new List<Tensor>();
        foreach (int[] chunk in Enumerable.Range(0, noise.Count).Chunk(BatchSize))
        {
            var (some, theirs) = (images.Slice(0, chunk[0], chunk[^1] + 1), noise.Rows(chunk));
            using var plan = purifier.Plan(some, theirs, cancellation);
            parts.Add(Chain.Run(plan, some, theirs, cancellation));
        }
        return scope.Return(parts.Count == 1 ? parts[0] : Tensor.Concat([.. parts]));
    }

    /// <summary>How far the purifier would diffuse each image, and the score norms behind it, where it measures them.</summary>
    /// <param name="images">[N,C,H,W] in [0,1].</param>
    /// <param name="noise">The noise of these rows.</param>
    /// <param name="cancellation">Looked at once per network call.</param>
    public (IReadOnlyList<int>? Counts, IReadOnlyList<double>? ScoreNorms) Levels(Tensor images, INoise noise, CancellationToken cancellation = default)
    {
        var counts = new List<int>();
        var norms = new List<double>();
        foreach (int[] chunk in purifier is null ? [] : Enumerable.Range(0, noise.Count).Chunk(BatchSize))
        {
            using var scope = TensorScope.Begin();
            using var plan = purifier!.Plan(images.Slice(0, chunk[0], chunk[^1] + 1), noise.Rows(chunk), cancellation);
            counts.AddRange((plan.Counts ?? []).Select(count => count.Value));
            norms.AddRange(plan.ScoreNorms ?? []);
        }
        return (counts.Count == noise.Count ? counts : null, norms.Count == noise.Count ? norms : null);
    }

    /// <summary>What the purifier's gate says of each image, without gradient; null where there is no gate.</summary>
    /// <param name="images">[N,C,H,W] in [0,1].</param>
    /// <param name="noise">The noise of these rows.</param>
    /// <param name="cancellation">Looked at once per network call.</param>
    public IReadOnlyList<Finding>? Findings(Tensor images, INoise noise, CancellationToken cancellation = default) =>
        purifier is not GatedPurifier gated ? null
            : [.. Enumerable.Range(0, noise.Count).Chunk(BatchSize).SelectMany(chunk => gated.Gate.Judge(images.Slice(0, chunk[0], chunk[^1] + 1), noise.Rows(chunk), cancellation))];

    /// <summary>One draw of this defense as attacks see it, votes aside.</summary>
    /// <param name="mode">How gradients pass through the purifier; without one all modes are the classifier's own gradient.</param>
    /// <param name="cancellation">Stops any query of the target between two network calls.</param>
    /// <exception cref="InputException">A surrogate is asked for and there is none.</exception>
    public ITarget Target(GradientMode mode = GradientMode.Exact, CancellationToken cancellation = default)
    {
        var draw = OneDraw(mode, cancellation);
        var crafted = Relaxation is null || mode == GradientMode.Blind ? draw : Relaxation(draw, cancellation);
        return new ChunkedTarget(crafted, BatchSize) { Cancellation = cancellation };
    }

    private ITarget OneDraw(GradientMode mode, CancellationToken cancellation)
    {
        var bare = new ClassifierTarget(classifier);
        if (purifier is null || mode == GradientMode.Blind)
        {
            return bare;
        }
        return mode switch
        {
            GradientMode.Exact => new PurifiedTarget(purifier, bare) { Cancellation = cancellation },
            GradientMode.Bpda => new BpdaTarget(purifier, bare) { Cancellation = cancellation },
            GradientMode.ForwardNoiseOnly => new PurifiedTarget(new ForwardNoise(purifier), bare) { Cancellation = cancellation },
            GradientMode.Surrogate when Surrogate is not null => new PurifiedTarget(Surrogate, bare) { Cancellation = cancellation },
            _ => throw new InputException("gradient mode 'surrogate' needs a surrogate purifier: give one, or use exact"),
        };
    }
}
