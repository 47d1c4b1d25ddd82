using Limpid.Diffusion;
using Limpid.Torch;
using Limpid.Torch.Noise;

namespace Limpid.Purification;

/// <summary>EPS: the score of an image averaged over small noise levels (Zhang et al., ICML 2023); its length tells how unnatural the image is.</summary>
/// <remarks>
/// EPS(x) = 1/T′ · Σ_k score(√ᾱ(s)·u + √(1−ᾱ(s))·z_k, s), s = k/1000, k = 1…T′: a grid with fresh noise at each level. The
/// average is an image; the norm is taken after averaging. Cost: T′ network calls an image, levels batched together.
/// Differentiable; a row depends on that row only. The text of SSNI samples levels at random, the authors' code takes the grid.
/// </remarks>
public sealed class ExpectedPerturbationScore
{
    private readonly INoisePredictor network;

    /// <summary>EPS of a network.</summary>
    /// <param name="network">A noise predictor with labels 0…999.</param>
    /// <param name="horizon">T′ in 1…1000; 20 in the literature, 50 in EPS-AD on ImageNet.</param>
    public ExpectedPerturbationScore(INoisePredictor network, int horizon = 20)
    {
        if (horizon is < 1 or > 1000)
        {
            throw new ArgumentOutOfRangeException(nameof(horizon), horizon, "the horizon of EPS must be between 1 and 1000 levels");
        }
        this.network = IContinuousLabels.Of(network);
        Horizon = horizon;
    }

    /// <summary>T′.</summary>
    public int Horizon { get; }

    /// <summary>Images per network call at most, or one level of the batch where that is more.</summary>
    public int MaxBatch { get; init; } = 256;

    /// <summary>The vector [N,C,H,W].</summary>
    /// <param name="images">[N,C,H,W] in [0,1].</param>
    /// <param name="noise">The noise of these rows.</param>
    /// <param name="cancellation">Looked at once per network call.</param>
    public Tensor Vector(Tensor images, INoise noise, CancellationToken cancellation = default) => Mean(images, noise, cancellation);

    /// <summary>‖EPS(x)‖₂ of each image, without gradient.</summary>
    /// <param name="images">[N,C,H,W] in [0,1].</param>
    /// <param name="noise">The noise of these rows.</param>
    /// <param name="cancellation">Looked at once per network call.</param>
    public double[] Norms(Tensor images, INoise noise, CancellationToken cancellation = default)
    {
        using var noGrad = GradMode.Off();
        using var scope = TensorScope.Begin();
        return Lengths(Mean(images, noise, cancellation));
    }

    /// <summary>The length of the score at each level: T′ rows of N, without gradient.</summary>
    public double[][] LevelNorms(Tensor images, INoise noise)
    {
        using var noGrad = GradMode.Off();
        using var scope = TensorScope.Begin();
        var norms = new double[Horizon][];
        ForEachLevel(images, noise, (k, score) => norms[k - 1] = Lengths(score), CancellationToken.None);
        return norms;
    }

    private Tensor Mean(Tensor images, INoise noise, CancellationToken cancellation)
    {
        using var scope = TensorScope.Begin();
        Tensor? sum = null;
        try
        {
            ForEachLevel(images, noise, (_, score) =>
            {
                var next = (sum is null ? score : sum + score).Keep();
                sum?.Dispose();
                sum = next;
            }, cancellation);
            return scope.Return(sum! / Horizon);
        }
        finally
        {
            sum?.Dispose();
        }
    }

    private static double[] Lengths(Tensor images) => images.Reshape(images.Size(0), -1).Norm(2, [1]).ToDoubles();

    // Levels are summed one by one in order, so the result does not depend on how many share a network call.
    private void ForEachLevel(Tensor images, INoise noise, Action<int, Tensor> visit, CancellationToken cancellation)
    {
        int n = (int)images.Size(0), together = Math.Max(1, MaxBatch / Math.Max(1, n));
        using var input = (images * 2 - 1).Keep();
        for (int first = 1; first <= Horizon; first += together)
        {
            cancellation.ThrowIfCancellationRequested();
            using var scope = TensorScope.Begin();
            int count = Math.Min(together, Horizon - first + 1);
            var scores = Scores(input, [.. Enumerable.Range(first, count)], noise);
            for (int k = 0; k < count; k++)
            {
                visit(first + k, scores.Slice(0, k * n, (k + 1) * n));
            }
        }
    }

    // [L·N,C,H,W], level by level.
    private Tensor Scores(Tensor input, int[] levels, INoise noise)
    {
        using var scope = TensorScope.Begin();
        int n = (int)input.Size(0);
        double[] times = [.. levels.SelectMany(k => Enumerable.Repeat(k / 1000.0, n))];
        var z = Tensor.Concat(Array.ConvertAll(levels, k => noise.Normal(NoisePurpose.ScoreNorm, k, input.Shape[1..], input.Device)));
        var copies = levels.Length == 1 ? input : Tensor.Concat([.. Enumerable.Repeat(input, levels.Length)]);
        var signal = PerSample.Column(copies, Array.ConvertAll(times, s => Math.Sqrt(ContinuousVpSchedule.AlphaBar(s))));
        var deviation = PerSample.Column(copies, Array.ConvertAll(times, ContinuousVpSchedule.Deviation));
        var epsilon = network.PredictNoise((copies * signal) + (z * deviation), Array.ConvertAll(times, s => ContinuousVpSchedule.Label(s, TimeLabel.Real)));
        return scope.Return(-(epsilon / deviation));
    }
}
