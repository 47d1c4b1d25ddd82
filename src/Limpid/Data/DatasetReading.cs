namespace Limpid.Data;

/// <summary>Small readings common to all sets.</summary>
public static class DatasetReading
{
    /// <summary>How many values one image has: channels x height x width.</summary>
    public static int ImageLength(this IImageDataset data)
    {
        ArgumentNullException.ThrowIfNull(data);
        return data.Channels * data.Height * data.Width;
    }

    /// <summary>Reads images one after the other, NCHW in [0,1].</summary>
    /// <exception cref="ArgumentException">The destination is too short.</exception>
    public static void ReadImages(this IImageDataset data, ReadOnlySpan<int> indices, Span<float> destination)
    {
        int length = data.ImageLength();
        for (int i = 0; i < indices.Length; i++)
        {
            data.ReadImage(indices[i], destination.Slice(i * length, length));
        }
    }

    /// <summary>How many images each class has; unlabeled ones are not counted.</summary>
    public static int[] ClassCounts(this IImageDataset data)
    {
        ArgumentNullException.ThrowIfNull(data);
        var counts = new int[data.ClassCount];
        for (int i = 0; i < data.Count; i++)
        {
            if (data.Label(i) is >= 0 and int label)
            {
                counts[label]++;
            }
        }
        return counts;
    }
}
