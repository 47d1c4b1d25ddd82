using System.Buffers.Binary;
using Limpid.Torch;

namespace Limpid.Data;

/// <summary>MNIST (LeCun, Cortes, Burges): 28 x 28 gray digits, read from its four IDX files, plain or .gz.</summary>
public static class Mnist
{
    private const uint ImageMagic = 0x0803;
    private const uint LabelMagic = 0x0801;

    /// <summary>The digits, in the order of the labels.</summary>
    public static IReadOnlyList<string> ClassNames { get; } = ["0", "1", "2", "3", "4", "5", "6", "7", "8", "9"];

    /// <summary>Reads <c>t10k-…-ubyte</c> or <c>train-…-ubyte</c>.</summary>
    /// <exception cref="InputException">A file is missing, cut short, damaged, or the two do not belong together.</exception>
    public static IImageDataset Open(string folder, DataSplit split)
    {
        string prefix = split == DataSplit.Test ? "t10k" : "train";
        DataFile images = Find(folder, $"{prefix}-images", "idx3");
        DataFile labels = Find(folder, $"{prefix}-labels", "idx1");
        int[] size = Sizes(images, ImageMagic, 3); // N, H, W
        int labelCount = Sizes(labels, LabelMagic, 1)[0];
        if (labelCount != size[0])
        {
            throw new InputException($"{labels.Path} has {labelCount} labels for the {size[0]} images of {Path.GetFileName(images.Path)}; take both from the same set");
        }
        ReadOnlySpan<byte> values = labels.Bytes.AsSpan(8);
        if (values.IndexOfAnyExceptInRange<byte>(0, 9) is >= 0 and int wrong)
        {
            throw new InputException($"{labels.Path}: label {values[wrong]} of image {wrong}, expected 0..9; get the file again");
        }
        int[] classes = [.. labels.Bytes.Skip(8).Select(label => (int)label)];
        return new InMemoryDataset($"mnist:{folder}:{(split == DataSplit.Test ? "test" : "train")}", 1, size[1], size[2], images.Bytes[16..], classes, ClassNames);
    }

    // Some copies write a dot for the dash before idx.
    private static DataFile Find(string folder, string stem, string kind) =>
        DataFile.Find(folder, $"{stem}.{kind}-ubyte") is { } dotted ? DataFile.Read(dotted) : DataFile.ReadRequired(folder, $"{stem}-{kind}-ubyte");

    private static int[] Sizes(DataFile file, uint magic, int dimensions)
    {
        ReadOnlySpan<byte> bytes = file.Bytes;
        int header = 4 + 4 * dimensions;
        if (bytes.Length < header || BinaryPrimitives.ReadUInt32BigEndian(bytes) != magic)
        {
            throw new InputException($"{file.Path} is not an IDX file of {(dimensions == 3 ? "images" : "labels")}: it should start with 0x{magic:X8}");
        }
        var sizes = new int[dimensions];
        long total = 1;
        for (int i = 0; i < dimensions; i++)
        {
            sizes[i] = BinaryPrimitives.ReadInt32BigEndian(bytes[(4 + 4 * i)..]);
            if (sizes[i] <= 0 || sizes[i] > bytes.Length)
            {
                throw new InputException($"{file.Path}: size {sizes[i]} in its header cannot be true for {bytes.Length} bytes; get the file again");
            }
            total = Math.Min(total * sizes[i], int.MaxValue + 1L);
        }
        return total == bytes.Length - header
            ? sizes
            : throw new InputException($"{file.Path} has {bytes.Length - header} bytes after its header of {string.Join(" x ", sizes)}, expected {total}: cut short or damaged");
    }
}
