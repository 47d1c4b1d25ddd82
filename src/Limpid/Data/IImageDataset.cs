namespace Limpid.Data;

/// <summary>A set of images of one size, with labels where they are known.</summary>
/// <remarks>
/// Images are CHW, values in [0,1], row major within a channel. Reading is thread safe and gives the same values every time.
/// Positions run from 0 to <see cref="Count"/> - 1; a slice renumbers positions, but never <see cref="OriginalIndex"/>.
/// </remarks>
public interface IImageDataset
{
    /// <summary>The name as a user would write it, e.g. <c>cifar10:DIR:test[0..63]</c>.</summary>
    string Name { get; }

    /// <summary>How many images there are.</summary>
    int Count { get; }

    /// <summary>Channels of every image: 1 (gray) or 3 (RGB).</summary>
    int Channels { get; }

    /// <summary>Rows of every image.</summary>
    int Height { get; }

    /// <summary>Columns of every image.</summary>
    int Width { get; }

    /// <summary>How many classes labels may name; 0 for a set without labels.</summary>
    int ClassCount { get; }

    /// <summary>A name for each class, in the order of the labels.</summary>
    IReadOnlyList<string> ClassNames { get; }

    /// <summary>Writes one image, CHW in [0,1], to the first Channels x Height x Width values of <paramref name="destination"/>.</summary>
    /// <exception cref="ArgumentOutOfRangeException">There is no such position.</exception>
    /// <exception cref="ArgumentException">The destination is too short.</exception>
    void ReadImage(int index, Span<float> destination);

    /// <summary>The class of an image, or -1 where it is not known.</summary>
    int Label(int index);

    /// <summary>The index of the image in the full set: what identifies it in results and what keys its noise, however it was sliced.</summary>
    long OriginalIndex(int index);
}
