using System.Buffers.Binary;
using System.Text;

namespace Limpid.Torch.Weights;

/// <summary>The entries of a zip archive as PyTorch writes it: stored, so that an entry is a stretch of the file.</summary>
/// <remarks>Nothing is decompressed, so that nothing can swell; sizes are checked against the file before anything is read.</remarks>
internal sealed class ZipDirectory
{
    private const uint EndSignature = 0x06054b50, WideEndSignature = 0x06064b50, WideLocatorSignature = 0x07064b50;
    private const uint EntrySignature = 0x02014b50, LocalSignature = 0x04034b50;
    private const int EndLength = 22, WideLocatorLength = 20, WideEndLength = 56, EntryLength = 46, LocalLength = 30;
    private const int LongestComment = ushort.MaxValue;
    private const long LongestDirectory = 1 << 26;

    private readonly ByteSource file;
    private readonly Dictionary<string, Entry> entries = new(StringComparer.Ordinal);

    private ZipDirectory(ByteSource file) => this.file = file;

    /// <summary>Names in no particular order.</summary>
    public IEnumerable<string> Names => entries.Keys;

    public static ZipDirectory Read(ByteSource file)
    {
        var zip = new ZipDirectory(file);
        var (start, length) = zip.FindDirectory();
        if (length > LongestDirectory || !file.All.Holds(start, length))
        {
            throw zip.Damaged();
        }
        zip.ReadEntries(file.All.Slice(start, length).ToArray());
        return zip;
    }

    public bool Contains(string name) => entries.ContainsKey(name);

    /// <summary>The bytes of an entry, or null where there is none of this name.</summary>
    public ByteRange? Find(string name)
    {
        if (!entries.TryGetValue(name, out var entry))
        {
            return null;
        }
        if (entry.IsPacked)
        {
            throw file.Bad($"entry {Shown.Name(name)} is compressed or encrypted, which PyTorch never does: save the file again");
        }
        if (!file.All.Holds(entry.Local, LocalLength))
        {
            throw Damaged();
        }
        Span<byte> local = stackalloc byte[LocalLength];
        file.Read(entry.Local, local);
        long start = entry.Local + LocalLength + BinaryPrimitives.ReadUInt16LittleEndian(local[26..]) + BinaryPrimitives.ReadUInt16LittleEndian(local[28..]);
        if (BinaryPrimitives.ReadUInt32LittleEndian(local) != LocalSignature || !file.All.Holds(start, entry.Length))
        {
            throw Damaged();
        }
        return file.All.Slice(start, entry.Length);
    }

    /// <summary>Where the directory is: told by a record at the end, and by a wider one before it in large archives.</summary>
    private (long Start, long Length) FindDirectory()
    {
        var tail = new byte[(int)Math.Min(file.Length, EndLength + LongestComment)];
        long tailStart = file.Length - tail.Length;
        file.Read(tailStart, tail);
        for (int at = tail.Length - EndLength; at >= 0; at--)
        {
            ReadOnlySpan<byte> end = tail.AsSpan(at);
            if (BinaryPrimitives.ReadUInt32LittleEndian(end) == EndSignature)
            {
                uint length = BinaryPrimitives.ReadUInt32LittleEndian(end[12..]), start = BinaryPrimitives.ReadUInt32LittleEndian(end[16..]);
                bool isWide = length == uint.MaxValue || start == uint.MaxValue || BinaryPrimitives.ReadUInt16LittleEndian(end[10..]) == ushort.MaxValue;
                return isWide ? FindWideDirectory(tailStart + at) : (start, length);
            }
        }
        throw file.Bad("the zip archive is cut short: its directory is missing; fetch the file again");
    }

    private (long Start, long Length) FindWideDirectory(long end)
    {
        Span<byte> locator = stackalloc byte[WideLocatorLength];
        if (end < WideLocatorLength)
        {
            throw Damaged();
        }
        file.Read(end - WideLocatorLength, locator);
        ulong at = BinaryPrimitives.ReadUInt64LittleEndian(locator[8..]);
        if (BinaryPrimitives.ReadUInt32LittleEndian(locator) != WideLocatorSignature || at > long.MaxValue || !file.All.Holds((long)at, WideEndLength))
        {
            throw Damaged();
        }
        Span<byte> wide = stackalloc byte[WideEndLength];
        file.Read((long)at, wide);
        ulong length = BinaryPrimitives.ReadUInt64LittleEndian(wide[40..]), start = BinaryPrimitives.ReadUInt64LittleEndian(wide[48..]);
        return BinaryPrimitives.ReadUInt32LittleEndian(wide) == WideEndSignature && start <= long.MaxValue && length <= long.MaxValue
            ? ((long)start, (long)length)
            : throw Damaged();
    }

    private void ReadEntries(ReadOnlySpan<byte> directory)
    {
        while (directory.Length > 0)
        {
            if (directory.Length < EntryLength || BinaryPrimitives.ReadUInt32LittleEndian(directory) != EntrySignature)
            {
                throw Damaged();
            }
            int nameLength = BinaryPrimitives.ReadUInt16LittleEndian(directory[28..]);
            int extraLength = BinaryPrimitives.ReadUInt16LittleEndian(directory[30..]);
            int whole = EntryLength + nameLength + extraLength + BinaryPrimitives.ReadUInt16LittleEndian(directory[32..]);
            if (whole > directory.Length)
            {
                throw Damaged();
            }
            string name = Encoding.UTF8.GetString(directory.Slice(EntryLength, nameLength));
            if (!entries.TryAdd(name, ReadEntry(directory, directory.Slice(EntryLength + nameLength, extraLength))))
            {
                throw file.Bad($"the zip archive has two entries called {Shown.Name(name)}");
            }
            directory = directory[whole..];
        }
    }

    private Entry ReadEntry(ReadOnlySpan<byte> record, ReadOnlySpan<byte> extra)
    {
        bool isPacked = (record[8] & 1) != 0 || BinaryPrimitives.ReadUInt16LittleEndian(record[10..]) != 0;
        ulong packed = BinaryPrimitives.ReadUInt32LittleEndian(record[20..]);
        ulong length = BinaryPrimitives.ReadUInt32LittleEndian(record[24..]);
        ulong local = BinaryPrimitives.ReadUInt32LittleEndian(record[42..]);
        ReadOnlySpan<byte> wide = WideFields(extra);
        length = Wider(length, ref wide);
        packed = Wider(packed, ref wide);
        local = Wider(local, ref wide);
        if (length > long.MaxValue || local > long.MaxValue || !isPacked && packed != length)
        {
            throw Damaged();
        }
        return new Entry((long)local, (long)length, isPacked);
    }

    /// <summary>The 8-byte values for those fields that did not fit into 4 bytes.</summary>
    private static ReadOnlySpan<byte> WideFields(ReadOnlySpan<byte> extra)
    {
        while (extra.Length >= 4)
        {
            int length = Math.Min(BinaryPrimitives.ReadUInt16LittleEndian(extra[2..]), extra.Length - 4);
            if (BinaryPrimitives.ReadUInt16LittleEndian(extra) == 1)
            {
                return extra.Slice(4, length);
            }
            extra = extra[(4 + length)..];
        }
        return [];
    }

    private static ulong Wider(ulong narrow, ref ReadOnlySpan<byte> wide)
    {
        if (narrow != uint.MaxValue || wide.Length < 8)
        {
            return narrow;
        }
        ulong value = BinaryPrimitives.ReadUInt64LittleEndian(wide);
        wide = wide[8..];
        return value;
    }

    private InputException Damaged() => file.Bad("the zip archive is damaged; fetch the file again");

    private readonly record struct Entry(long Local, long Length, bool IsPacked);
}
