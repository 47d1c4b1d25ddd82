using System.Buffers.Binary;
using System.IO.Compression;
using Limpid.Torch;

namespace Limpid.Data;

/// <summary>The uncompressed contents of a published file, stored plain or as .gz.</summary>
/// <param name="Path">The file that was read.</param>
/// <param name="Bytes">Its contents, inflated.</param>
internal sealed record DataFile(string Path, byte[] Bytes)
{
    /// <summary>The most bytes any file of a known set has, inflated.</summary>
    public const long Limit = 1L << 30;

    /// <summary>The path of <paramref name="name"/> or <paramref name="name"/>.gz in a folder, the plain one first; null when neither is there.</summary>
    public static string? Find(string folder, string name)
    {
        string plain = System.IO.Path.Combine(folder, name);
        return File.Exists(plain) ? plain : File.Exists(plain + ".gz") ? plain + ".gz" : null;
    }

    /// <summary>Reads a file that must be there.</summary>
    /// <exception cref="InputException">It is missing, cannot be read or is cut short.</exception>
    public static DataFile ReadRequired(string folder, string name) =>
        Read(Find(folder, name) ?? throw new InputException($"{folder} has neither {name} nor {name}.gz; {Present(folder)}"));

    /// <summary>Reads a file, inflating it when it starts with the mark of gzip.</summary>
    /// <exception cref="InputException">It cannot be read, is cut short, damaged or unreasonably large.</exception>
    public static DataFile Read(string path)
    {
        try
        {
            using FileStream file = File.OpenRead(path);
            if (file.Length > Limit)
            {
                throw new InputException($"{path} has {file.Length} bytes, more than any file of a known set");
            }
            var raw = new byte[file.Length];
            file.ReadExactly(raw);
            return new DataFile(path, raw is [0x1F, 0x8B, ..] ? Inflate(path, raw) : raw);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new InputException($"cannot read {path}: {e.Message.ReplaceLineEndings(" ")}", e);
        }
    }

    // GZipStream takes a file that ends early for one that ends there, so the length in the last four bytes is compared.
    private static byte[] Inflate(string path, byte[] raw)
    {
        const string mend = "get the file again, or check it with `gzip -t`";
        if (raw.Length < 18)
        {
            throw new InputException($"{path} is cut short: {raw.Length} bytes are not a gzip file; {mend}");
        }
        uint expected = BinaryPrimitives.ReadUInt32LittleEndian(raw.AsSpan(raw.Length - 4));
        using var output = new MemoryStream(expected < Limit && expected / 1100 < raw.Length ? (int)expected : 0);
        try
        {
            using var gzip = new GZipStream(new MemoryStream(raw, writable: false), CompressionMode.Decompress);
            var block = new byte[1 << 16];
            for (int read = gzip.Read(block); read > 0; read = gzip.Read(block))
            {
                if (output.Length + read > Limit)
                {
                    throw new InputException($"{path} inflates to more than {Limit} bytes, more than any file of a known set");
                }
                output.Write(block, 0, read);
            }
        }
        catch (InvalidDataException e)
        {
            throw new InputException($"{path} is damaged after {output.Length} inflated bytes; {mend}", e);
        }
        if (output.Length != expected)
        {
            throw new InputException($"{path} is cut short or damaged: {output.Length} bytes inflated, its last bytes promise {expected}; {mend}");
        }
        return output.GetBuffer().Length == output.Length ? output.GetBuffer() : output.ToArray();
    }

    /// <summary>A few words on what a folder holds, for messages.</summary>
    public static string Present(string folder)
    {
        if (!Directory.Exists(folder))
        {
            return File.Exists(folder) ? "it is a file, not a folder" : "there is no such folder";
        }
        string[] names = [.. Directory.EnumerateFileSystemEntries(folder).Select(path => System.IO.Path.GetFileName(path)!).Order(StringComparer.Ordinal).Take(6)];
        return names.Length == 0 ? "the folder is empty" : $"it holds {string.Join(", ", names)}{(names.Length == 6 ? ", …" : "")}";
    }
}
