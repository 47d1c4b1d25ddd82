using Limpid.Images;

namespace Limpid.Data.Shapes;

/// <summary>Ten classes of painted 32 x 32 color shapes, made on demand: a data set that needs no download.</summary>
/// <remarks>
/// An image is a function of (split, index) alone, by a counter-based hash; training and test images draw from disjoint keys.
/// Pose, colors, textures, light, clutter and sensor noise vary; every ten consecutive images hold each class once.
/// Images are painted when first read (a fraction of a millisecond) and kept as bytes: 150 MB once all training images were read.
/// </remarks>
public sealed class ShapesDataset : IImageDataset
{
    /// <summary>How many training images there are.</summary>
    public const int TrainCount = 50_000;

    /// <summary>How many test images there are.</summary>
    public const int TestCount = 10_000;

    private readonly DataSplit _split;
    private readonly byte[]?[] _painted;

    /// <summary>Opens one of the two parts; nothing is painted yet.</summary>
    public ShapesDataset(DataSplit split)
    {
        _split = split;
        _painted = new byte[split == DataSplit.Train ? TrainCount : TestCount][];
    }

    /// <inheritdoc/>
    public string Name => _split == DataSplit.Train ? "shapes:train" : "shapes:test";

    /// <inheritdoc/>
    public int Count => _painted.Length;

    /// <inheritdoc/>
    public int Channels => 3;

    /// <inheritdoc/>
    public int Height => Canvas.Size;

    /// <inheritdoc/>
    public int Width => Canvas.Size;

    /// <inheritdoc/>
    public int ClassCount => Silhouette.All.Count;

    /// <inheritdoc/>
    public IReadOnlyList<string> ClassNames { get; } = [.. Silhouette.All.Select(silhouette => silhouette.Name)];

    /// <inheritdoc/>
    public void ReadImage(int index, Span<float> destination) => PixelScale.ToUnit(Pixels(index), destination);

    /// <summary>The bytes of one image, CHW, 0..255.</summary>
    public ReadOnlySpan<byte> Pixels(int index)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual((uint)index, (uint)Count);
        if (Volatile.Read(ref _painted[index]) is { } ready)
        {
            return ready;
        }
        var pixels = new byte[3 * Canvas.Plane];
        Painter.Paint(_split, index, Silhouette.All[Label(index)], pixels);
        Volatile.Write(ref _painted[index], pixels); // another thread's are the same
        return pixels;
    }

    /// <inheritdoc/>
    public int Label(int index)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual((uint)index, (uint)Count);
        int classes = Silhouette.All.Count;
        var draws = new KeyedDraws(KeyedDraws.Key(_split, index / classes, Purpose.Label));
        Span<int> order = stackalloc int[classes];
        for (int i = 0; i < classes; i++)
        {
            int other = draws.Below(i + 1);
            order[i] = order[other];
            order[other] = i;
        }
        return order[index % classes];
    }

    /// <inheritdoc/>
    public long OriginalIndex(int index)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual((uint)index, (uint)Count);
        return index;
    }
}
