using System.Security.Cryptography;
using Limpid.Data;
using Limpid.Images;
using Limpid.Recipes;

namespace Limpid.Cli.Runs;

/// <summary>What identifies data and weights in a run, whatever they were called.</summary>
internal static class Hashes
{
    private const int MostImages = 512;

    /// <summary>SHA-256 over indices, labels and pixels (rounded to bytes) of the first images, and how many there are.</summary>
    public static string OfData(IImageDataset data, int? limit)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        int count = Math.Min(data.Count, limit ?? int.MaxValue);
        hash.AppendData(BitConverter.GetBytes(count));
        var image = new float[data.ImageLength()];
        var pixels = new byte[image.Length];
        for (int i = 0; i < Math.Min(count, MostImages); i++)
        {
            data.ReadImage(i, image);
            PixelScale.ToBytes(image, pixels);
            hash.AppendData(pixels);
            hash.AppendData(BitConverter.GetBytes(data.Label(i)));
            hash.AppendData(BitConverter.GetBytes(data.OriginalIndex(i)));
        }
        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }

    /// <summary>SHA-256 of the weight file that a network's name stands for; null where there is none.</summary>
    public static string? OfNetwork(string name) => FileOf(name) is { } file ? OfFile(file) : null;

    /// <summary>The weight file that a network's name stands for.</summary>
    public static string? FileOf(string name)
    {
        string written = name[(name.IndexOf('=', StringComparison.Ordinal) + 1)..];
        int part = written.LastIndexOf('#');
        string?[] candidates = [BundledFiles.Network(name), name, written, part > 0 ? written[..part] : null];
        return Array.Find(candidates, File.Exists);
    }

    public static string OfFile(string path)
    {
        using var stream = File.OpenRead(path);
        return Convert.ToHexStringLower(SHA256.HashData(stream));
    }
}
