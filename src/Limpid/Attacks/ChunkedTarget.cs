using Limpid.Torch;
using Limpid.Torch.Noise;

namespace Limpid.Attacks;

/// <summary>A target asked about a few rows at a time, so that any batch fits the device.</summary>
/// <param name="inner">The target.</param>
/// <param name="rows">Most rows of one query, at least 1.</param>
public sealed class ChunkedTarget(ITarget inner, int rows) : ITarget
{
    private readonly int rows = Require.AtLeast(rows, 1, "batch");

    /// <summary>Stops a query between two of the inner target's.</summary>
    public CancellationToken Cancellation { get; init; }

    /// <inheritdoc/>
    public bool IsDeterministic => inner.IsDeterministic;

    /// <inheritdoc/>
    public Tensor Logits(Tensor images, INoise noise)
    {
        if (noise.Count <= rows)
        {
            return inner.Logits(images, noise);
        }
        using var scope = TensorScope.Begin();
        return scope.Return(Tensor.Concat([.. Chunks(noise.Count).Select(c => inner.Logits(Cut(images, c), noise.Rows(c)))]));
    }

    /// <inheritdoc/>
    public TargetGradient LossAndGradient(Tensor images, Tensor labels, SampleLoss loss, INoise noise)
    {
        if (noise.Count <= rows)
        {
            return inner.LossAndGradient(images, labels, loss, noise);
        }
        using var scope = TensorScope.Begin();
        TargetGradient[] parts = [.. Chunks(noise.Count).Select(c => inner.LossAndGradient(Cut(images, c), Cut(labels, c), loss, noise.Rows(c)))];
        return new TargetGradient(
            scope.Return(Tensor.Concat([.. parts.Select(p => p.Loss)])),
            scope.Return(Tensor.Concat([.. parts.Select(p => p.Gradient)])),
            scope.Return(Tensor.Concat([.. parts.Select(p => p.Logits)])));
    }

    private IEnumerable<int[]> Chunks(int count)
    {
        foreach (int[] chunk in Enumerable.Range(0, count).Chunk(rows))
        {
            Cancellation.ThrowIfCancellationRequested();
            yield return chunk;
        }
    }

    private static Tensor Cut(Tensor all, int[] chunk) => all.Slice(0, chunk[0], chunk[^1] + 1);
}
