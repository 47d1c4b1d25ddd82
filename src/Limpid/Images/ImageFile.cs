using System.Buffers.Binary;
using Limpid.Torch;

namespace Limpid.Images;

/// <summary>Reads picture files of any supported format, chosen by their first bytes and never by their name.</summary>
public static class ImageFile
{
    private const long ByteLimit = 1L << 30;
    private const int UsualHeader = 1 << 16;

    /// <summary>Endings under which pictures are looked for in folders.</summary>
    public static IReadOnlyList<string> Endings { get; } = [".png", ".jpg", ".jpeg"];

    /// <summary>Reads a PNG or JPEG.</summary>
    /// <param name="path">The file.</param>
    /// <param name="pixelLimit">The most pixels (width x height) accepted.</param>
    /// <exception cref="InputException">It is missing, no picture, damaged or too large.</exception>
    public static RgbImage Read(string path, long pixelLimit = RgbImage.DefaultPixelLimit) => Decode(ReadBytes(path), path, pixelLimit);

    /// <summary>Decodes the bytes of a PNG or JPEG.</summary>
    /// <param name="bytes">The whole file.</param>
    /// <param name="name">What to call it in messages.</param>
    /// <param name="pixelLimit">The most pixels (width x height) accepted.</param>
    /// <exception cref="InputException">It is no picture, damaged or too large.</exception>
    public static RgbImage Decode(ReadOnlySpan<byte> bytes, string name, long pixelLimit = RgbImage.DefaultPixelLimit) => bytes switch
    {
        [0x89, (byte)'P', (byte)'N', (byte)'G', ..] => PngReader.Decode(bytes, name, pixelLimit),
        [0xFF, 0xD8, ..] => Jpeg.Decode(bytes, name, pixelLimit),
        _ => throw NotAPicture(bytes, name),
    };

    /// <summary>Channels (as decoding will give them), height and width, from the header alone.</summary>
    /// <exception cref="InputException">It is missing, no picture or its header is damaged.</exception>
    public static (int Channels, int Height, int Width) ReadHeader(string path)
    {
        byte[] start = ReadBytes(path, UsualHeader);
        try
        {
            return Header(start, path);
        }
        catch (InputException) when (start.Length == UsualHeader)
        {
            return Header(ReadBytes(path), path); // a large thumbnail or profile stands before the size
        }
    }

    private static (int Channels, int Height, int Width) Header(ReadOnlySpan<byte> bytes, string name) => bytes switch
    {
        [0x89, (byte)'P', (byte)'N', (byte)'G', ..] => PngReader.ReadHeader(bytes, name),
        [0xFF, 0xD8, ..] => JpegHeader(bytes, name),
        _ => throw NotAPicture(bytes, name),
    };

    private static byte[] ReadBytes(string path, long longest = long.MaxValue)
    {
        try
        {
            using FileStream file = File.OpenRead(path);
            if (file.Length > ByteLimit)
            {
                throw new InputException($"{path} has {file.Length} bytes, too many for a picture");
            }
            var bytes = new byte[Math.Min(file.Length, longest)];
            file.ReadExactly(bytes);
            return bytes;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new InputException($"cannot read {path}: {e.Message.ReplaceLineEndings(" ")}", e);
        }
    }

    // Walks the markers to the start of the frame (SOF), which holds the size.
    private static (int Channels, int Height, int Width) JpegHeader(ReadOnlySpan<byte> bytes, string name)
    {
        int position = 2;
        while (position + 10 <= bytes.Length && bytes[position] == 0xFF)
        {
            byte marker = bytes[position + 1];
            if (marker == 0xFF)
            {
                position++; // padding
                continue;
            }
            if (marker is >= 0xC0 and <= 0xCF and not (0xC4 or 0xC8 or 0xCC))
            {
                int height = BinaryPrimitives.ReadUInt16BigEndian(bytes[(position + 5)..]);
                return (bytes[position + 9] == 1 ? 1 : 3, height, BinaryPrimitives.ReadUInt16BigEndian(bytes[(position + 7)..]));
            }
            position += 2 + BinaryPrimitives.ReadUInt16BigEndian(bytes[(position + 2)..]);
        }
        throw new InputException($"{name} is a damaged JPEG: no frame header was found; fetch it again");
    }

    private static InputException NotAPicture(ReadOnlySpan<byte> bytes, string name)
    {
        string what = bytes switch
        {
            [] => "is empty",
            [(byte)'G', (byte)'I', (byte)'F', ..] => "is a GIF",
            [(byte)'B', (byte)'M', ..] => "is a BMP",
            [(byte)'R', (byte)'I', (byte)'F', (byte)'F', ..] => "is a WebP",
            [(byte)'I', (byte)'I', 42, ..] or [(byte)'M', (byte)'M', 0, 42, ..] => "is a TIFF",
            _ when bytes[..Math.Min(bytes.Length, 64)].IndexOfAnyExceptInRange((byte)9, (byte)126) < 0 => "is a text file",
            _ => $"starts with {Convert.ToHexString(bytes[..Math.Min(4, bytes.Length)])}",
        };
        return new InputException($"{name} {what}; Limpid reads PNG and JPEG");
    }
}
