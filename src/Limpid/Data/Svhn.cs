using Limpid.Torch;

namespace Limpid.Data;

/// <summary>SVHN cropped digits, "format 2" (Netzer et al. 2011): 32 x 32 color images of house numbers.</summary>
/// <remarks>
/// Read from the original <c>test_32x32.mat</c> and <c>train_32x32.mat</c> (which write 10 for the digit zero), or from records in the
/// layout of CIFAR-10 (<c>svhn_test*.bin</c>, <c>svhn_train*.bin</c>, plain or .gz; the label is the digit itself).
/// </remarks>
public static class Svhn
{
    /// <summary>The digits, in the order of the labels.</summary>
    public static IReadOnlyList<string> ClassNames => Mnist.ClassNames;

    /// <summary>Reads the part of the set that is in the folder.</summary>
    /// <exception cref="InputException">No file or several are there, or one is cut short or damaged.</exception>
    public static IImageDataset Open(string folder, DataSplit split)
    {
        string part = split == DataSplit.Test ? "test" : "train";
        string name = $"svhn:{folder}:{part}";
        if (DataFile.Find(folder, $"{part}_32x32.mat") is { } original)
        {
            return FromMat(name, DataFile.Read(original));
        }
        string[] found = Directory.Exists(folder)
            ? [.. Directory.EnumerateFiles(folder, $"svhn_{part}*.bin*").Where(path => path.EndsWith(".bin", StringComparison.Ordinal) || path.EndsWith(".bin.gz", StringComparison.Ordinal)).Order(StringComparer.Ordinal)]
            : [];
        return found switch
        {
            [var single] => CifarRecords.Decode(name, [(DataFile.Read(single), 0)], ClassNames),
            [] => throw new InputException($"{folder} has neither {part}_32x32.mat nor svhn_{part}*.bin or .bin.gz; {DataFile.Present(folder)}"),
            _ => throw new InputException($"{folder} has {found.Length} files svhn_{part}*.bin ({string.Join(", ", found.Select(Path.GetFileName))}); keep one of them"),
        };
    }

    // X is uint8 [32,32,3,N], column major: within an image the row runs fastest, then the column, then the channel.
    private static InMemoryDataset FromMat(string name, DataFile file)
    {
        IReadOnlyDictionary<string, MatArray> arrays = MatFile.Read(file, ["X", "y"]);
        if (!arrays.TryGetValue("X", out MatArray? images) || images.Sizes is not ([32, 32, 3] or [32, 32, 3, _]) || images.Type != MatType.UInt8)
        {
            throw new InputException($"{file.Path} has no array X of bytes, 32 x 32 x 3 x N; get format 2 (cropped digits) of SVHN");
        }
        int count = images.Bytes.Length / 3072;
        double[] digits = arrays.TryGetValue("y", out MatArray? labels) ? labels.ToNumbers() : [];
        if (digits.Length != count)
        {
            throw new InputException($"{file.Path} has {digits.Length} labels (y) for {count} images (X); get it again");
        }
        if (Array.FindIndex(digits, digit => digit is not (>= 0 and <= 10) || digit != Math.Floor(digit)) is >= 0 and int wrong)
        {
            throw new InputException($"{file.Path}: label {digits[wrong]} of image {wrong}, expected 1..10; get it again");
        }
        var pixels = new byte[images.Bytes.Length];
        ReadOnlySpan<byte> source = images.Bytes.Span;
        for (int plane = 0; plane < pixels.Length; plane += 1024)
        {
            for (int i = 0; i < 1024; i++)
            {
                pixels[plane + (i % 32 * 32) + (i / 32)] = source[plane + i];
            }
        }
        return new InMemoryDataset(name, 3, 32, 32, pixels, [.. digits.Select(digit => (int)digit % 10)], ClassNames);
    }
}
