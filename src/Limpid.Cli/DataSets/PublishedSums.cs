using Limpid.Data;
using Limpid.Torch;

namespace Limpid.Cli.DataSets;

/// <summary>Compares the files of a data set with the published ones.</summary>
internal static class PublishedSums
{
    /// <summary>A sentence about what was compared.</summary>
    /// <exception cref="InputException">A file differs from what was published.</exception>
    public static string Compare(string data)
    {
        DatasetSpec spec = DatasetSpec.Parse(data);
        if (spec.Kind is not ("cifar10" or "svhn" or "mnist"))
        {
            return "no published checksums to compare with";
        }
        string folder = spec.FolderAndSplit().Folder;
        string inner = Path.Combine(folder, "cifar-10-batches-bin");
        IReadOnlyList<FileCheck> checks = PublishedFiles.CheckFolder(Directory.Exists(inner) ? inner : folder);
        if (checks.FirstOrDefault(check => check.Verdict == FileVerdict.Differs) is { } wrong)
        {
            throw new InputException($"{wrong.Path} has other contents than the published file of this name (SHA-256 {wrong.Sha256}): fetch it again");
        }
        return checks.Count == 0 ? "no published checksums to compare with" : $"{checks.Count} files equal the published checksums";
    }
}
