using System.Buffers.Binary;
using System.IO.Compression;
using Limpid.Torch;

namespace Limpid.Images;

/// <summary>Writes PNG: 8 bits, gray or RGB, nothing lost; the same picture always gives the same bytes.</summary>
public static class PngWriter
{
    /// <summary>Writes a file, whole or not at all.</summary>
    /// <exception cref="InputException">The file cannot be written.</exception>
    public static void Write(string path, RgbImage image) => AtomicFile.Write(path, stream => Write(stream, image));

    /// <summary>The bytes of the file, e.g. for a data URI.</summary>
    public static byte[] Encode(RgbImage image)
    {
        using var stream = new MemoryStream();
        Write(stream, image);
        return stream.ToArray();
    }

    /// <summary>Writes to a stream, which stays open.</summary>
    public static void Write(Stream stream, RgbImage image)
    {
        ArgumentNullException.ThrowIfNull(stream);
        ArgumentNullException.ThrowIfNull(image);
        stream.Write(PngFormat.Signature);
        var header = new byte[13];
        BinaryPrimitives.WriteInt32BigEndian(header, image.Width);
        BinaryPrimitives.WriteInt32BigEndian(header.AsSpan(4), image.Height);
        header[8] = 8; // bits
        header[9] = (byte)(image.Channels == 3 ? PngColor.Rgb : PngColor.Gray);
        WriteChunk(stream, "IHDR"u8, header);
        WriteChunk(stream, "IDAT"u8, Deflate(image));
        WriteChunk(stream, "IEND"u8, []);
    }

    private static void WriteChunk(Stream stream, ReadOnlySpan<byte> type, ReadOnlySpan<byte> data)
    {
        Span<byte> number = stackalloc byte[4];
        BinaryPrimitives.WriteInt32BigEndian(number, data.Length);
        stream.Write(number);
        byte[] body = [.. type, .. data];
        stream.Write(body);
        BinaryPrimitives.WriteUInt32BigEndian(number, Crc32.Of(body));
        stream.Write(number);
    }

    private static byte[] Deflate(RgbImage image)
    {
        using var output = new MemoryStream();
        using (var zlib = new ZLibStream(output, CompressionLevel.SmallestSize, leaveOpen: true))
        {
            int stride = image.Width * image.Channels;
            var above = new byte[stride];
            var row = new byte[stride];
            var filtered = new byte[1 + stride];
            for (int y = 0; y < image.Height; y++)
            {
                for (int channel = 0; channel < image.Channels; channel++)
                {
                    ReadOnlySpan<byte> plane = image.Plane(channel).Slice(y * image.Width, image.Width);
                    for (int x = 0; x < image.Width; x++)
                    {
                        row[(x * image.Channels) + channel] = plane[x];
                    }
                }
                PngFilter.Apply(row, above, image.Channels, filtered);
                zlib.Write(filtered);
                (above, row) = (row, above);
            }
        }
        return output.ToArray();
    }
}
