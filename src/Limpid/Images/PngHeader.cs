using System.Buffers.Binary;
using Limpid.Torch;

namespace Limpid.Images;

/// <summary>The IHDR chunk: size and layout of the pixels.</summary>
internal sealed record PngHeader(int Width, int Height, int Bits, PngColor Color, bool Interlaced)
{
    /// <summary>Samples a pixel has in the file.</summary>
    public int Samples => Color switch
    {
        PngColor.Rgb => 3,
        PngColor.RgbAlpha => 4,
        PngColor.GrayAlpha => 2,
        _ => 1,
    };

    /// <summary>Channels a decoded image has.</summary>
    public int Channels => Color is PngColor.Gray or PngColor.GrayAlpha ? 1 : 3;

    /// <summary>Bytes to the left neighbor, for the row filters; at least one.</summary>
    public int PixelBytes => Math.Max(1, Samples * Bits / 8);

    /// <summary>What a gray sample of fewer than eight bits is multiplied by to reach 255.</summary>
    public int GrayScale => Bits switch
    {
        1 => 255,
        2 => 85,
        4 => 17,
        _ => 1,
    };

    /// <summary>Bytes of a row of pixels, without the filter's kind.</summary>
    public int RowBytes(int pixels) => (int)((((long)pixels * Samples * Bits) + 7) / 8);

    /// <summary>A sample of a row; of sixteen bits the high byte.</summary>
    public int Sample(ReadOnlySpan<byte> row, int index) => Bits switch
    {
        8 => row[index],
        16 => row[2 * index],
        _ => (row[index * Bits / 8] >> (8 - Bits - (index * Bits % 8))) & ((1 << Bits) - 1),
    };

    /// <summary>Reads the 13 bytes of the chunk.</summary>
    /// <exception cref="InputException">The specification allows no such image, or it is too large.</exception>
    public static PngHeader Parse(ReadOnlySpan<byte> body, string name, long pixelLimit)
    {
        if (body.Length != 13)
        {
            throw PngReader.Damaged(name, "its header has the wrong length");
        }
        uint width = BinaryPrimitives.ReadUInt32BigEndian(body);
        uint height = BinaryPrimitives.ReadUInt32BigEndian(body[4..]);
        RgbImage.CheckSize(name, width, height, Math.Min(pixelLimit, int.MaxValue / 8));
        (byte bits, var color) = (body[8], (PngColor)body[9]);
        bool known = (color, bits) switch
        {
            (PngColor.Gray, 1 or 2 or 4 or 8 or 16) => true,
            (PngColor.Palette, 1 or 2 or 4 or 8) => true,
            (PngColor.Rgb or PngColor.GrayAlpha or PngColor.RgbAlpha, 8 or 16) => true,
            _ => false,
        };
        return known && body[10] == 0 && body[11] == 0 && body[12] <= 1
            ? new PngHeader((int)width, (int)height, bits, color, body[12] == 1)
            : throw PngReader.Damaged(name, $"color type {body[9]} with {bits} bits, methods {body[10]}, {body[11]}, {body[12]}");
    }
}
