using Limpid.Torch;

namespace Limpid.Data;

/// <summary>SVHN cropped digits, "format 2" (Netzer et al. 2011): 32 x 32 color images of house numbers.</summary>
/// <remarks>
/// Read from records in the layout of CIFAR-10 (<c>svhn_test*.bin</c>, <c>svhn_train*.bin</c>, plain or .gz; the label is the digit).
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
        string[] found = Directory.Exists(folder)
            ? [.. Directory.EnumerateFiles(folder, $"svhn_{part}*.bin*").Where(path => path.EndsWith(".bin", StringComparison.Ordinal) || path.EndsWith(".bin.gz", StringComparison.Ordinal)).Order(StringComparer.Ordinal)]
            : [];
        return found switch
        {
            [var single] => CifarRecords.Decode(name, [(DataFile.Read(single), 0)], ClassNames),
            [] => throw new InputException($"{folder} has no svhn_{part}*.bin or .bin.gz; {DataFile.Present(folder)}"),
            _ => throw new InputException($"{folder} has {found.Length} files svhn_{part}*.bin ({string.Join(", ", found.Select(Path.GetFileName))}); keep one of them"),
        };
    }
}
