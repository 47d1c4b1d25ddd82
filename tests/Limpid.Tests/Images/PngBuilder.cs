using System.Buffers.Binary;
using System.IO.Compression;
using Limpid.Images;

namespace Limpid.Tests.Images;

/// <summary>Writes PNG files of every layout, one pass after the other, without filters: what the writer of the library does not do.</summary>
internal static class PngBuilder
{
    public static byte[] Build(int height, int width, byte color, byte bits, bool interlaced)
    {
        int samples = color switch { 2 => 3, 4 => 2, 6 => 4, _ => 1 };
        using var raw = new MemoryStream();
        foreach ((int row, int rowStep, int column, int columnStep) in interlaced
            ? ((int, int, int, int)[])[(0, 8, 0, 8), (0, 8, 4, 8), (4, 8, 0, 4), (0, 4, 2, 4), (2, 4, 0, 2), (0, 2, 1, 2), (1, 2, 0, 1)]
            : [(0, 1, 0, 1)])
        {
            for (int y = row; y < height && column < width; y += rowStep)
            {
                raw.WriteByte(0);
                raw.Write(Row(y, width, column, columnStep, samples, bits));
            }
        }
        return Wrap(height, width, color, bits, interlaced, raw.ToArray());
    }

    public static byte[] Wrap(int height, int width, byte color, byte bits, bool interlaced, byte[] raw)
    {
        using var file = new MemoryStream();
        file.Write([0x89, (byte)'P', (byte)'N', (byte)'G', 0x0D, 0x0A, 0x1A, 0x0A]);
        var header = new byte[13];
        BinaryPrimitives.WriteInt32BigEndian(header, width);
        BinaryPrimitives.WriteInt32BigEndian(header.AsSpan(4), height);
        (header[8], header[9], header[12]) = (bits, color, interlaced ? (byte)1 : (byte)0);
        Chunk(file, "IHDR"u8, header);
        if (color == 3)
        {
            Chunk(file, "PLTE"u8, [.. Enumerable.Range(0, 3 << bits).Select(i => (byte)(i * 7))]);
        }
        Chunk(file, "tEXt"u8, "ignored"u8.ToArray());
        using var data = new MemoryStream();
        using (var zlib = new ZLibStream(data, CompressionLevel.Optimal, leaveOpen: true))
        {
            zlib.Write(raw);
        }
        byte[] deflated = data.ToArray();
        Chunk(file, "IDAT"u8, deflated[..(deflated.Length / 2)]);
        Chunk(file, "IDAT"u8, deflated[(deflated.Length / 2)..]);
        Chunk(file, "IEND"u8, []);
        return file.ToArray();
    }

    /// <summary>Writes correct check sums from the chunk at <paramref name="position"/> on, as far as lengths allow.</summary>
    public static void MendCheckSum(byte[] bytes, int position)
    {
        while (position + 12 <= bytes.Length && BinaryPrimitives.ReadInt32BigEndian(bytes.AsSpan(position)) is >= 0 and int length && length <= bytes.Length - position - 12)
        {
            Span<byte> body = bytes.AsSpan(position + 4, 4 + length);
            BinaryPrimitives.WriteUInt32BigEndian(bytes.AsSpan(position + 8 + length), Crc32.Of(body));
            position += 12 + length;
        }
    }

    private static byte[] Row(int y, int width, int column, int step, int samples, int bits)
    {
        int pixels = (width - column + step - 1) / step;
        var row = new byte[((pixels * samples * bits) + 7) / 8];
        int position = 0;
        for (int x = column; x < width; x += step)
        {
            for (int sample = 0; sample < samples; sample++, position += bits)
            {
                int value = ((y * 37) + (x * 11) + (sample * 5)) * 259;
                if (bits == 16)
                {
                    BinaryPrimitives.WriteUInt16BigEndian(row.AsSpan(position / 8), (ushort)value);
                }
                else
                {
                    row[position / 8] |= (byte)((value & ((1 << bits) - 1)) << (8 - bits - (position % 8)));
                }
            }
        }
        return row;
    }

    private static void Chunk(MemoryStream file, ReadOnlySpan<byte> type, byte[] data)
    {
        Span<byte> number = stackalloc byte[4];
        BinaryPrimitives.WriteInt32BigEndian(number, data.Length);
        file.Write(number);
        byte[] body = [.. type, .. data];
        file.Write(body);
        BinaryPrimitives.WriteUInt32BigEndian(number, Crc32.Of(body));
        file.Write(number);
    }
}
