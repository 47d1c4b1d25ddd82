namespace Limpid.Torch.Noise;

/// <summary>The noise of several batches one after the other, as that of one batch.</summary>
/// <param name="parts">The batches' noise, at least one.</param>
public sealed class JoinedNoise(IReadOnlyList<INoise> parts) : INoise
{
    /// <inheritdoc/>
    public int Count { get; } = parts.Sum(part => part.Count);

    /// <inheritdoc/>
    public Tensor Normal(NoisePurpose purpose, int step, ReadOnlySpan<long> sampleShape, Device device = default)
    {
        long[] shape = [.. sampleShape];
        return Join(part => part.Normal(purpose, step, shape, device));
    }

    /// <inheritdoc/>
    public Tensor Uniform(NoisePurpose purpose, int step, ReadOnlySpan<long> sampleShape, Device device = default)
    {
        long[] shape = [.. sampleShape];
        return Join(part => part.Uniform(purpose, step, shape, device));
    }

    /// <inheritdoc/>
    public INoise Branch(NoisePurpose purpose, int index) => new JoinedNoise([.. parts.Select(part => part.Branch(purpose, index))]);

    /// <inheritdoc/>
    public INoise Rows(ReadOnlySpan<int> rows)
    {
        // Runs of rows of one part, in the order asked for.
        var runs = new List<INoise>();
        int start = 0;
        while (start < rows.Length)
        {
            var (part, first) = Find(rows[start]);
            int end = start + 1;
            while (end < rows.Length && rows[end] >= first && rows[end] < first + part.Count)
            {
                end++;
            }
            var local = rows[start..end].ToArray();
            runs.Add(part.Rows(Array.ConvertAll(local, row => row - first)));
            start = end;
        }
        return runs.Count == 1 ? runs[0] : new JoinedNoise(runs);
    }

    private (INoise Part, int First) Find(int row)
    {
        int first = 0;
        foreach (var part in parts)
        {
            if (row < first + part.Count)
            {
                return (part, first);
            }
            first += part.Count;
        }
        throw new ArgumentOutOfRangeException(nameof(row), row, $"the noise has {Count} rows");
    }

    private Tensor Join(Func<INoise, Tensor> draw)
    {
        using var scope = TensorScope.Begin();
        return scope.Return(Tensor.Concat([.. parts.Select(draw)]));
    }
}
