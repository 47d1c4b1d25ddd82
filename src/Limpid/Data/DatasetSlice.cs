namespace Limpid.Data;

/// <summary>The images of a set from a first to a last position, both inclusive: <c>…[9000..9999]</c>.</summary>
public sealed class DatasetSlice : IImageDataset
{
    private readonly IImageDataset _inner;
    private readonly int _first;

    /// <summary>Slices <paramref name="inner"/>.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The slice is empty or reaches outside the set.</exception>
    public DatasetSlice(IImageDataset inner, int first, int last)
    {
        ArgumentNullException.ThrowIfNull(inner);
        ArgumentOutOfRangeException.ThrowIfNegative(first);
        ArgumentOutOfRangeException.ThrowIfLessThan(last, first);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(last, inner.Count);
        (_inner, _first, Count) = (inner, first, last - first + 1);
    }

    /// <inheritdoc/>
    public string Name => $"{_inner.Name}[{_first}..{_first + Count - 1}]";

    /// <inheritdoc/>
    public int Count { get; }

    /// <inheritdoc/>
    public int Channels => _inner.Channels;

    /// <inheritdoc/>
    public int Height => _inner.Height;

    /// <inheritdoc/>
    public int Width => _inner.Width;

    /// <inheritdoc/>
    public int ClassCount => _inner.ClassCount;

    /// <inheritdoc/>
    public IReadOnlyList<string> ClassNames => _inner.ClassNames;

    /// <inheritdoc/>
    public void ReadImage(int index, Span<float> destination) => _inner.ReadImage(Position(index), destination);

    /// <inheritdoc/>
    public int Label(int index) => _inner.Label(Position(index));

    /// <inheritdoc/>
    public long OriginalIndex(int index) => _inner.OriginalIndex(Position(index));

    private int Position(int index)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual((uint)index, (uint)Count);
        return _first + index;
    }
}
