namespace Limpid.Data;

/// <summary>Images held in memory as values in [0,1], one after the other, CHW; nothing is rounded to bytes.</summary>
public sealed class InMemoryFloatDataset : IImageDataset
{
    private readonly float[] _values;
    private readonly int[] _labels;
    private readonly long[]? _originalIndices;

    /// <summary>Wraps values and labels; the arrays are not copied and must not be changed afterwards.</summary>
    /// <param name="name">The name as a user would write it.</param>
    /// <param name="channels">1 or 3.</param>
    /// <param name="height">Rows.</param>
    /// <param name="width">Columns.</param>
    /// <param name="values">[N,C,H,W] in [0,1].</param>
    /// <param name="labels">[N], each -1 (unknown) or an index into <paramref name="classNames"/>.</param>
    /// <param name="classNames">A name for each class.</param>
    /// <param name="originalIndices">[N], where an image's index in the full set is not its position.</param>
    /// <exception cref="ArgumentException">Lengths do not fit together.</exception>
    public InMemoryFloatDataset(string name, int channels, int height, int width, float[] values, int[] labels, IReadOnlyList<string> classNames, long[]? originalIndices = null)
    {
        ArgumentNullException.ThrowIfNull(values);
        ArgumentNullException.ThrowIfNull(labels);
        ArgumentNullException.ThrowIfNull(classNames);
        if (values.LongLength != (long)labels.Length * channels * height * width || (originalIndices is not null && originalIndices.Length != labels.Length))
        {
            throw new ArgumentException($"{labels.Length} labels and {values.LongLength} values do not make images of {channels}x{height}x{width}", nameof(values));
        }
        (Name, Channels, Height, Width, ClassNames) = (name, channels, height, width, classNames);
        (_values, _labels, _originalIndices) = (values, labels, originalIndices);
    }

    /// <inheritdoc/>
    public string Name { get; }

    /// <inheritdoc/>
    public int Count => _labels.Length;

    /// <inheritdoc/>
    public int Channels { get; }

    /// <inheritdoc/>
    public int Height { get; }

    /// <inheritdoc/>
    public int Width { get; }

    /// <inheritdoc/>
    public int ClassCount => ClassNames.Count;

    /// <inheritdoc/>
    public IReadOnlyList<string> ClassNames { get; }

    /// <inheritdoc/>
    public void ReadImage(int index, Span<float> destination)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual((uint)index, (uint)Count);
        int length = Channels * Height * Width;
        _values.AsSpan(index * length, length).CopyTo(destination);
    }

    /// <inheritdoc/>
    public int Label(int index) => _labels[index];

    /// <inheritdoc/>
    public long OriginalIndex(int index)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual((uint)index, (uint)Count);
        return _originalIndices is null ? index : _originalIndices[index];
    }
}
