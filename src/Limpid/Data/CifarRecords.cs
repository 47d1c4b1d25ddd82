using Limpid.Torch;

namespace Limpid.Data;

/// <summary>The binary layout of CIFAR-10: records of a label byte and 32 x 32 pixels, CHW.</summary>
internal static class CifarRecords
{
    private const int Pixels = 3 * 32 * 32;
    private const int Record = 1 + Pixels;

    /// <summary>One set of the records of several files; an image's original index is the file's first index plus its position in the file.</summary>
    /// <exception cref="InputException">A file has no whole number of records, or a label names no class.</exception>
    public static InMemoryDataset Decode(string name, IReadOnlyList<(DataFile File, long FirstIndex)> files, IReadOnlyList<string> classNames)
    {
        int count = files.Sum(file => Count(file.File));
        var pixels = new byte[(long)count * Pixels];
        var labels = new int[count];
        var original = new long[count];
        int position = 0;
        foreach ((DataFile file, long firstIndex) in files)
        {
            for (int i = 0; i < file.Bytes.Length / Record; i++, position++)
            {
                ReadOnlySpan<byte> record = file.Bytes.AsSpan(i * Record, Record);
                if (record[0] >= classNames.Count)
                {
                    throw new InputException($"{file.Path}: record {i} has label {record[0]}, expected 0..{classNames.Count - 1}; is it a binary file of {Record}-byte records?");
                }
                labels[position] = record[0];
                original[position] = firstIndex + i;
                record[1..].CopyTo(pixels.AsSpan(position * Pixels));
            }
        }
        return new InMemoryDataset(name, 3, 32, 32, pixels, labels, classNames, original);
    }

    private static int Count(DataFile file)
    {
        if (file.Bytes.Length == 0 || file.Bytes.Length % Record != 0)
        {
            throw new InputException($"{file.Path} has {file.Bytes.Length} bytes, not a whole number of records of {Record}: cut short, or not the binary version");
        }
        return file.Bytes.Length / Record;
    }
}
