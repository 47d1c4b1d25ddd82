using System.IO.Compression;
using System.Security.Cryptography;
using Limpid.Torch;

namespace Limpid.Cli.DataSets;

/// <summary>Compares files of public data sets with the checksums their authors published.</summary>
internal static class PublishedSums
{
    // MD5 of the unpacked IDX files. The binary CIFAR-10 files have no published sums of their own.
    private static readonly Dictionary<string, string> Md5 = new(StringComparer.Ordinal)
    {
        ["train-images-idx3-ubyte"] = "6bbc9ace898e44ae57da46a324031adb",
        ["train-labels-idx1-ubyte"] = "a25bea736e30d166cdddb491f175f624",
        ["t10k-images-idx3-ubyte"] = "2646ac647ad5339dbf082846283269ea",
        ["t10k-labels-idx1-ubyte"] = "27ae3e4e09519cfbb04c329615203637",
    };

    /// <summary>A sentence about what was compared.</summary>
    /// <exception cref="InputException">A file differs from what was published.</exception>
    public static string Compare(string data)
    {
        string[] parts = data.Split(':');
        if (parts.Length < 2 || !Directory.Exists(parts[1]))
        {
            return "no published checksums to compare with";
        }
        int equal = 0;
        foreach (string path in Directory.EnumerateFiles(parts[1]).Order(StringComparer.Ordinal))
        {
            string name = Path.GetFileName(path);
            bool packed = name.EndsWith(".gz", StringComparison.Ordinal);
            if (Md5.TryGetValue(packed ? name[..^3] : name, out string? published))
            {
                string found = Sum(path, packed);
                equal += found == published ? 1 : throw new InputException($"{path} has MD5 {found}, published is {published}: fetch it again");
            }
        }
        return equal == 0 ? "no published checksums to compare with" : $"{equal} files equal the published checksums";
    }

    private static string Sum(string path, bool packed)
    {
        using var file = File.OpenRead(path);
        using Stream content = packed ? new GZipStream(file, CompressionMode.Decompress) : file;
#pragma warning disable CA5351 // MD5 is what was published; it guards against accidents, not against enemies.
        return Convert.ToHexStringLower(MD5.HashData(content));
#pragma warning restore CA5351
    }
}
