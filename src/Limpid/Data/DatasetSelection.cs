namespace Limpid.Data;

/// <summary>Some images of a set, in an order of one's own; their original indices stay what they were.</summary>
public sealed class DatasetSelection : IImageDataset
{
    private readonly IImageDataset _inner;
    private readonly int[] _positions;

    /// <summary>Selects positions of <paramref name="inner"/>, in the order given.</summary>
    /// <exception cref="ArgumentOutOfRangeException">A position is outside the set.</exception>
    public DatasetSelection(IImageDataset inner, IReadOnlyList<int> positions, string name)
    {
        ArgumentNullException.ThrowIfNull(inner);
        ArgumentNullException.ThrowIfNull(positions);
        foreach (int position in positions)
        {
            ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual((uint)position, (uint)inner.Count, nameof(positions));
        }
        (_inner, _positions, Name) = (inner, [.. positions], name);
    }

    /// <inheritdoc/>
    public string Name { get; }

    /// <inheritdoc/>
    public int Count => _positions.Length;

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
        return _positions[index];
    }
}
