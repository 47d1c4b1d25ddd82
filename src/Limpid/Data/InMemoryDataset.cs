using Limpid.Images;

namespace Limpid.Data;

/// <summary>Images held in memory as bytes, one after the other, CHW.</summary>
public sealed class InMemoryDataset : IImageDataset
{
    private readonly byte[] _pixels;
    private readonly int[] _labels;
    private readonly long[]? _originalIndices;

    /// <summary>Wraps pixels and labels; the arrays are not copied and must not be changed afterwards.</summary>
    /// <param name="name">The name as a user would write it.</param>
    /// <param name="channels">1 or 3.</param>
    /// <param name="height">Rows.</param>
    /// <param name="width">Columns.</param>
    /// <param name="pixels">[N,C,H,W], 0..255.</param>
    /// <param name="labels">[N], each -1 (unknown) or an index into <paramref name="classNames"/>.</param>
    /// <param name="classNames">A name for each class.</param>
    /// <param name="originalIndices">[N], where an image's index in the full set is not its position.</param>
    /// <exception cref="ArgumentException">Lengths do not fit together or a label names no class.</exception>
    public InMemoryDataset(string name, int channels, int height, int width, byte[] pixels, int[] labels, IReadOnlyList<string> classNames, long[]? originalIndices = null)
    {
        ArgumentNullException.ThrowIfNull(pixels);
        ArgumentNullException.ThrowIfNull(labels);
        ArgumentNullException.ThrowIfNull(classNames);
        if (pixels.LongLength != (long)labels.Length * channels * height * width || (originalIndices is not null && originalIndices.Length != labels.Length))
        {
            throw new ArgumentException($"{labels.Length} labels and {pixels.LongLength} bytes do not make images of {channels}x{height}x{width}", nameof(pixels));
        }
        if (Array.FindIndex(labels, label => label < -1 || label >= classNames.Count) is >= 0 and int wrong)
        {
            throw new ArgumentException($"label {labels[wrong]} of image {wrong} names none of the {classNames.Count} classes", nameof(labels));
        }
        (Name, Channels, Height, Width, ClassNames) = (name, channels, height, width, classNames);
        (_pixels, _labels, _originalIndices) = (pixels, labels, originalIndices);
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
    public void ReadImage(int index, Span<float> destination) => PixelScale.ToUnit(Pixels(index), destination);

    /// <summary>The bytes of one image, CHW, 0..255.</summary>
    public ReadOnlySpan<byte> Pixels(int index)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(index);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(index, Count);
        int length = Channels * Height * Width;
        return _pixels.AsSpan(index * length, length);
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
