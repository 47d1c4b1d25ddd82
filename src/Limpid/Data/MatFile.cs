using System.Buffers.Binary;
using System.IO.Compression;
using System.Text;
using Limpid.Torch;

namespace Limpid.Data;

/// <summary>Reads numeric arrays of MATLAB level 5 files (MAT-File Format, MathWorks), compressed or not, little endian.</summary>
internal static class MatFile
{
    private const int HeaderBytes = 128;
    private const int MatrixType = 14;
    private const int CompressedType = 15;

    /// <summary>The arrays of these names that the file has; others are passed over.</summary>
    /// <exception cref="InputException">It is no such file, cut short or damaged.</exception>
    public static IReadOnlyDictionary<string, MatArray> Read(DataFile file, IReadOnlyCollection<string> wanted)
    {
        ReadOnlyMemory<byte> rest = file.Bytes;
        if (rest.Length < HeaderBytes || !rest.Span[124..128].SequenceEqual<byte>([0, 1, (byte)'I', (byte)'M']))
        {
            throw new InputException($"{file.Path} is not a little-endian MATLAB level 5 file (a file of `save -v7.3` is HDF5: save with -v7)");
        }
        var arrays = new Dictionary<string, MatArray>(StringComparer.Ordinal);
        for (rest = rest[HeaderBytes..]; rest.Length > 0;)
        {
            (int type, ReadOnlyMemory<byte> body) = Next(ref rest, file, padded: false);
            if (type == CompressedType)
            {
                ReadOnlyMemory<byte> inflated = Inflate(body, file);
                (type, body) = Next(ref inflated, file, padded: false);
            }
            if (type == MatrixType && ReadArray(body, file, wanted) is (string name, MatArray array))
            {
                arrays[name] = array;
            }
        }
        return arrays;
    }

    // Flags, sizes, name, values: four elements in this order.
    private static (string Name, MatArray Array)? ReadArray(ReadOnlyMemory<byte> matrix, DataFile file, IReadOnlyCollection<string> wanted)
    {
        Next(ref matrix, file);
        ReadOnlySpan<byte> sizes = Next(ref matrix, file).Body.Span;
        string name = Encoding.ASCII.GetString(Next(ref matrix, file).Body.Span);
        if (!wanted.Contains(name))
        {
            return null;
        }
        var lengths = new int[sizes.Length / 4];
        long count = 1;
        for (int i = 0; i < lengths.Length; i++)
        {
            lengths[i] = BinaryPrimitives.ReadInt32LittleEndian(sizes[(4 * i)..]);
            count = lengths[i] < 0 ? -1 : Math.Min(count * lengths[i], int.MaxValue);
            if (count < 0)
            {
                throw Damaged(file, $"array {name} has a negative size");
            }
        }
        (int type, ReadOnlyMemory<byte> values) = Next(ref matrix, file);
        var array = new MatArray(lengths, (MatType)type, values);
        return values.Length == count * array.ElementBytes ? (name, array) : throw Damaged(file, $"array {name} has {values.Length} bytes for {count} values");
    }

    // A tag of type and length, then the body; short bodies stand in the tag itself. Lengths are padded to eight bytes.
    private static (int Type, ReadOnlyMemory<byte> Body) Next(ref ReadOnlyMemory<byte> rest, DataFile file, bool padded = true)
    {
        if (rest.Length < 8)
        {
            throw Damaged(file, "it is cut short");
        }
        uint type = BinaryPrimitives.ReadUInt32LittleEndian(rest.Span);
        if (type >> 16 is > 0 and <= 4 and uint small)
        {
            ReadOnlyMemory<byte> inside = rest.Slice(4, (int)small);
            rest = rest[8..];
            return ((int)(type & 0xFFFF), inside);
        }
        uint length = BinaryPrimitives.ReadUInt32LittleEndian(rest.Span[4..]);
        if (length > rest.Length - 8)
        {
            throw Damaged(file, "it is cut short");
        }
        ReadOnlyMemory<byte> body = rest.Slice(8, (int)length);
        rest = rest[(int)Math.Min(8 + (padded ? (length + 7L) / 8 * 8 : length), rest.Length)..];
        return ((int)type, body);
    }

    private static byte[] Inflate(ReadOnlyMemory<byte> body, DataFile file)
    {
        try
        {
            using var zlib = new ZLibStream(new MemoryStream(body.ToArray()), CompressionMode.Decompress);
            var tag = new byte[8];
            zlib.ReadExactly(tag);
            uint length = BinaryPrimitives.ReadUInt32LittleEndian(tag.AsSpan(4));
            if (length > DataFile.Limit || length / 1100 > body.Length)
            {
                throw Damaged(file, $"an array of {length} bytes cannot come out of {body.Length}");
            }
            var whole = new byte[8 + length];
            tag.CopyTo(whole, 0);
            zlib.ReadExactly(whole.AsSpan(8));
            return whole;
        }
        catch (Exception e) when (e is InvalidDataException or EndOfStreamException)
        {
            throw new InputException($"{file.Path} is a damaged MATLAB file: an array cannot be inflated; get it again", e);
        }
    }

    private static InputException Damaged(DataFile file, string why) => new($"{file.Path} is a damaged MATLAB file: {why}; get it again");
}
