using System.Buffers.Binary;
using System.IO.Compression;
using Limpid.Torch;

namespace Limpid.Images;

/// <summary>Reads PNG: every color type, bit depth and interlacing of the specification, as Pillow's convert("RGB") shows it.</summary>
/// <remarks>
/// Alpha is dropped, not blended; color management chunks (gAMA, cHRM, iCCP, sRGB) are ignored; of 16-bit samples the high byte is taken.
/// Files are not trusted: sizes are checked before anything is allocated, check sums verified, inflation bounded.
/// </remarks>
public static class PngReader
{
    /// <summary>Decodes a whole file.</summary>
    /// <param name="bytes">The file.</param>
    /// <param name="name">What to call it in messages.</param>
    /// <param name="pixelLimit">The most pixels (width x height) accepted.</param>
    /// <returns>One channel for gray files, three for all others.</returns>
    /// <exception cref="InputException">It is not a PNG, or damaged, or too large.</exception>
    public static RgbImage Decode(ReadOnlySpan<byte> bytes, string name, long pixelLimit = RgbImage.DefaultPixelLimit)
    {
        PngHeader? header = null;
        ReadOnlySpan<byte> palette = [];
        using var data = new MemoryStream();
        bool ended = false;
        foreach (PngChunk chunk in PngChunk.Split(bytes, name))
        {
            ReadOnlySpan<byte> body = bytes[chunk.Body];
            switch (chunk.Type)
            {
                case PngChunk.Header when header is null:
                    header = PngHeader.Parse(body, name, pixelLimit);
                    break;
                case PngChunk.Palette when header is not null:
                    palette = body;
                    break;
                case PngChunk.Data when header is not null:
                    data.Write(body);
                    break;
                case PngChunk.End:
                    ended = true;
                    break;
                case var type when header is null || PngChunk.IsCritical(type):
                    throw Damaged(name, "its chunks are not in an order PNG allows");
            }
        }
        if (header is null || !ended)
        {
            throw Damaged(name, "it is cut short");
        }
        if (header.Color == PngColor.Palette && (palette.Length is 0 or > 768 || palette.Length % 3 != 0))
        {
            throw Damaged(name, "its palette is missing or malformed");
        }
        data.Position = 0;
        return Inflate(data, header, palette, name);
    }

    /// <summary>Channels, height and width as the header gives them, without decoding.</summary>
    /// <exception cref="InputException">The header is damaged.</exception>
    internal static (int Channels, int Height, int Width) ReadHeader(ReadOnlySpan<byte> bytes, string name)
    {
        if (bytes.Length < 33)
        {
            throw Damaged(name, "it is cut short");
        }
        PngHeader header = PngHeader.Parse(bytes[16..29], name, long.MaxValue);
        return (header.Channels, header.Height, header.Width);
    }

    private static RgbImage Inflate(MemoryStream data, PngHeader header, ReadOnlySpan<byte> palette, string name)
    {
        var pixels = new byte[header.Channels * header.Width * header.Height];
        try
        {
            using var zlib = new ZLibStream(data, CompressionMode.Decompress);
            foreach (PngPass pass in PngPass.Of(header))
            {
                ReadPass(zlib, header, pass, palette, pixels, name);
            }
        }
        catch (InvalidDataException e)
        {
            throw Damaged(name, "its pixels cannot be inflated", e);
        }
        catch (EndOfStreamException e)
        {
            throw Damaged(name, "pixels are missing", e);
        }
        return new RgbImage(header.Channels, header.Height, header.Width, pixels);
    }

    // Reads exactly the rows the header promises, so a file that inflates to more costs nothing.
    private static void ReadPass(ZLibStream zlib, PngHeader header, PngPass pass, ReadOnlySpan<byte> palette, byte[] pixels, string name)
    {
        int stride = header.RowBytes(pass.Width);
        var above = new byte[stride];
        var row = new byte[stride];
        Span<byte> kind = stackalloc byte[1];
        for (int y = 0; y < pass.Height; y++)
        {
            zlib.ReadExactly(kind);
            zlib.ReadExactly(row);
            PngFilter.Undo(name, kind[0], row, above, header.PixelBytes);
            int target = ((pass.FirstRow + (y * pass.RowStep)) * header.Width) + pass.FirstColumn;
            for (int x = 0; x < pass.Width; x++, target += pass.ColumnStep)
            {
                PlacePixel(header, row, x, palette, pixels, target, name);
            }
            (above, row) = (row, above);
        }
    }

    private static void PlacePixel(PngHeader header, ReadOnlySpan<byte> row, int x, ReadOnlySpan<byte> palette, byte[] pixels, int target, string name)
    {
        int plane = header.Width * header.Height;
        switch (header.Color)
        {
            case PngColor.Palette:
                int entry = 3 * header.Sample(row, x);
                if (entry >= palette.Length)
                {
                    throw Damaged(name, $"a pixel names color {entry / 3} of a palette of {palette.Length / 3}");
                }
                pixels[target] = palette[entry];
                pixels[target + plane] = palette[entry + 1];
                pixels[target + (2 * plane)] = palette[entry + 2];
                break;
            case PngColor.Gray or PngColor.GrayAlpha:
                pixels[target] = (byte)(header.Sample(row, x * header.Samples) * header.GrayScale);
                break;
            default:
                int first = x * header.Samples;
                pixels[target] = (byte)header.Sample(row, first);
                pixels[target + plane] = (byte)header.Sample(row, first + 1);
                pixels[target + (2 * plane)] = (byte)header.Sample(row, first + 2);
                break;
        }
    }

    internal static InputException Damaged(string name, string why, Exception? cause = null)
    {
        string message = $"{name} is a damaged PNG: {why}; save or fetch it again";
        return cause is null ? new InputException(message) : new InputException(message, cause);
    }
}
