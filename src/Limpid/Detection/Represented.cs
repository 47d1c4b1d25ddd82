using Limpid.Torch;

namespace Limpid.Detection;

/// <summary>What a <see cref="DeepKernel"/> compares of a batch: features and pixels, row by row.</summary>
/// <param name="Features">[N,D].</param>
/// <param name="Pixels">[N,…]; flattened when compared.</param>
public readonly record struct Represented(Tensor Features, Tensor Pixels)
{
    /// <summary>Number of rows.</summary>
    public int Count => (int)Features.Size(0);

    /// <summary>The rows from <paramref name="start"/> to just before <paramref name="end"/>, as views.</summary>
    public Represented Slice(int start, int end) => new(Features.Slice(0, start, end), Pixels.Slice(0, start, end));

    /// <summary>Some of the rows, in this order.</summary>
    public Represented Rows(ReadOnlySpan<int> rows) => new(Features.Rows(rows), Pixels.Rows(rows));
}
