using System.Security.Cryptography;
using Limpid.Torch;

namespace Limpid.Data;

/// <summary>What a file turned out to be.</summary>
public enum FileVerdict
{
    /// <summary>Its contents are the published ones.</summary>
    AsPublished,

    /// <summary>It has the name of a published file but other contents.</summary>
    Differs,

    /// <summary>No published file has this name.</summary>
    Unknown,
}

/// <summary>A file looked at.</summary>
/// <param name="Path">Where it lies.</param>
/// <param name="Sha256">The SHA-256 of its uncompressed contents, in lower case.</param>
/// <param name="Verdict">What that says.</param>
public sealed record FileCheck(string Path, string Sha256, FileVerdict Verdict);

/// <summary>SHA-256 of the uncompressed contents of published data files.</summary>
public static class PublishedFiles
{
    /// <summary>Checksums by file name, without .gz.</summary>
    public static IReadOnlyDictionary<string, string> Sha256 { get; } = new Dictionary<string, string>(StringComparer.Ordinal)
    {
        ["t10k-images-idx3-ubyte"] = "0fa7898d509279e482958e8ce81c8e77db3f2f8254e26661ceb7762c4d494ce7",
        ["t10k-labels-idx1-ubyte"] = "ff7bcfd416de33731a308c3f266cc351222c34898ecbeaf847f06e48f7ec33f2",
        ["train-images-idx3-ubyte"] = "ba891046e6505d7aadcbbe25680a0738ad16aec93bde7f9b65e87a2fc25776db",
        ["train-labels-idx1-ubyte"] = "65a50cbbf4e906d70832878ad85ccda5333a97f0f4c3dd2ef09a8a9eef7101c5",
        ["data_batch_1.bin"] = "cee916563c9f80d84e3cc88e17fdc0941787f1244f00a67874d45b261883ada5",
        ["data_batch_2.bin"] = "a591ca11fa1708a91ee40f54b3da4784ccd871ecf2137de63f51ada8b3fa57ed",
        ["data_batch_3.bin"] = "bbe8596564c0f86427f876058170b84dac6670ddf06d79402899d93ceea26f67",
        ["data_batch_4.bin"] = "014e562d6e23c72197cc727519169a60359f5eccd8945ad5a09d710285ff4e48",
        ["data_batch_5.bin"] = "755304fc0b379caeae8c14f0dac912fbc7d6cd469eb67a1029a08a39453a9add",
        ["test_batch.bin"] = "8e2eb146ae340b09e24670f29cabc6326dba54da8789dab6768acf480273f65b",
        ["svhn_test_4000.bin"] = "7701df3116984d4466907a3f07615e1b01956ee0bd6c4512b2017eb4edbcd915",
        ["svhn_train_1083.bin"] = "3227f7a43d8ba7f87cb760dc4ca2d034e472d1ab2eeca5e21673b2e1c7f8ae40",
    };

    /// <summary>Compares every file of a folder whose name is a published one; other files are not read.</summary>
    /// <exception cref="InputException">There is no such folder, or a file cannot be read.</exception>
    public static IReadOnlyList<FileCheck> CheckFolder(string folder) => Directory.Exists(folder)
        ? [.. Directory.EnumerateFiles(folder).Where(path => Sha256.ContainsKey(Plain(path))).Order(StringComparer.Ordinal).Select(Check)]
        : throw new InputException($"{folder}: {DataFile.Present(folder)}");

    /// <summary>Compares one file, plain or .gz.</summary>
    /// <exception cref="InputException">It cannot be read or is cut short.</exception>
    public static FileCheck Check(string path)
    {
        string found = Convert.ToHexStringLower(SHA256.HashData(DataFile.Read(path).Bytes));
        return new FileCheck(path, found, !Sha256.TryGetValue(Plain(path), out string? published) ? FileVerdict.Unknown
            : found == published ? FileVerdict.AsPublished : FileVerdict.Differs);
    }

    private static string Plain(string path)
    {
        string name = Path.GetFileName(path);
        return name.EndsWith(".gz", StringComparison.Ordinal) ? name[..^3] : name;
    }
}
