using Limpid.Images;
using Limpid.Torch;

namespace Limpid.Data;

/// <summary>A folder of PNG and JPEG files: a folder per class, flat, or with a <c>labels.csv</c>.</summary>
/// <remarks>Pictures are decoded when first read and kept as bytes up to a gigabyte; after that they are decoded each time.</remarks>
public sealed class ImageFolder : IImageDataset
{
    private const long CacheLimit = 1L << 30;

    private readonly FolderListing _listing;
    private readonly ImagePreparation _preparation;
    private readonly byte[]?[] _decoded;
    private long _cachedBytes;

    /// <summary>Lists a folder and looks at the header of every picture; decodes none.</summary>
    /// <exception cref="InputException">The folder holds no pictures, a header is damaged, or sizes differ and no preparation makes them equal.</exception>
    public ImageFolder(string folder, ImagePreparation preparation = default)
    {
        _listing = FolderListing.Of(folder);
        _preparation = preparation;
        _decoded = new byte[_listing.Paths.Count][];
        (int Channels, int Height, int Width)[] headers = [.. _listing.Paths.Select(ImageFile.ReadHeader)];
        Channels = headers.Max(header => header.Channels);
        (Height, Width) = preparation.Length > 0 ? (preparation.Length, preparation.Length) : (headers[0].Height, headers[0].Width);
        if (preparation.Length == 0 && Array.FindIndex(headers, header => header.Height != Height || header.Width != Width) is >= 0 and int other)
        {
            throw new InputException($"{folder} holds pictures of different sizes ({_listing.Paths[0]} is {Width}x{Height}, {_listing.Paths[other]} is {headers[other].Width}x{headers[other].Height}): write images:{folder}:crop224 or images:{folder}:size224");
        }
        Name = preparation.Length == 0 ? $"images:{folder}" : $"images:{folder}:{(preparation.Crops ? "crop" : "size")}{preparation.Length}";
    }

    /// <inheritdoc/>
    public string Name { get; }

    /// <inheritdoc/>
    public int Count => _decoded.Length;

    /// <inheritdoc/>
    public int Channels { get; }

    /// <inheritdoc/>
    public int Height { get; }

    /// <inheritdoc/>
    public int Width { get; }

    /// <inheritdoc/>
    public int ClassCount => ClassNames.Count;

    /// <inheritdoc/>
    public IReadOnlyList<string> ClassNames => _listing.ClassNames;

    /// <summary>The file of an image.</summary>
    public string FilePath(int index) => _listing.Paths[index];

    /// <inheritdoc/>
    /// <exception cref="InputException">The file is damaged.</exception>
    public void ReadImage(int index, Span<float> destination)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual((uint)index, (uint)Count);
        PixelScale.ToUnit(Pixels(index), destination);
    }

    /// <inheritdoc/>
    public int Label(int index) => _listing.Labels[index];

    /// <inheritdoc/>
    public long OriginalIndex(int index)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual((uint)index, (uint)Count);
        return index;
    }

    private byte[] Pixels(int index)
    {
        if (Volatile.Read(ref _decoded[index]) is { } ready)
        {
            return ready;
        }
        RgbImage image = ImageFile.Read(_listing.Paths[index]);
        byte[] pixels = _preparation.Apply(Channels == 3 ? image.ToRgb() : image).Pixels;
        if (pixels.Length != Channels * Height * Width)
        {
            throw new InputException($"{_listing.Paths[index]} changed while it was in use; start again");
        }
        if (Interlocked.Add(ref _cachedBytes, pixels.Length) <= CacheLimit)
        {
            Volatile.Write(ref _decoded[index], pixels);
        }
        return pixels;
    }
}
