using Limpid.Torch;

namespace Limpid.Images;

/// <summary>Reads and writes JPEG by libturbojpeg, with the pixels Pillow gives.</summary>
/// <remarks>
/// EXIF orientation and color profiles are not applied, as in Pillow and torchvision. Never store adversarial images as JPEG:
/// compression is itself a (weak) purifier.
/// </remarks>
public static unsafe class Jpeg
{
    private const int CmykSpace = 3; // TJCS_CMYK; 4 is YCCK
    private const int GraySpace = 2;

    /// <summary>Whether libturbojpeg was found; everything but JPEG works without.</summary>
    public static bool IsAvailable => JpegLibrary.IsAvailable;

    /// <summary>Decodes a whole file: baseline or progressive, gray, color or CMYK.</summary>
    /// <param name="bytes">The file.</param>
    /// <param name="name">What to call it in messages.</param>
    /// <param name="pixelLimit">The most pixels (width x height) accepted.</param>
    /// <returns>One channel for gray files, three for all others.</returns>
    /// <exception cref="InputException">It is not a JPEG, damaged, cut short, too large, or libturbojpeg is missing.</exception>
    public static RgbImage Decode(ReadOnlySpan<byte> bytes, string name, long pixelLimit = RgbImage.DefaultPixelLimit)
    {
        JpegLibrary.Require(name);
        RefuseCut(bytes, name);
        using JpegHandle handle = JpegLibrary.InitDecompress();
        fixed (byte* data = bytes)
        {
            int header = JpegLibrary.DecompressHeader(handle, data, (nuint)bytes.Length, out int width, out int height, out _, out int space);
            if (header != 0 && (JpegLibrary.GetErrorCode(handle) != 0 || width <= 0 || height <= 0))
            {
                throw Damaged(name, JpegLibrary.Message(handle));
            }
            RgbImage.CheckSize(name, width, height, Math.Min(pixelLimit, int.MaxValue / 8));
            (int format, int samples) = space switch
            {
                GraySpace => (JpegLibrary.GrayFormat, 1),
                >= CmykSpace => (JpegLibrary.CmykFormat, 4),
                _ => (JpegLibrary.RgbFormat, 3),
            };
            var interleaved = new byte[width * height * samples];
            fixed (byte* pixels = interleaved)
            {
                int result = JpegLibrary.Decompress(handle, data, (nuint)bytes.Length, pixels, width, 0, height, format, JpegLibrary.AccurateTransform | JpegLibrary.LimitScans);
                RefuseDamage(handle, result, name);
            }
            return new RgbImage(samples == 1 ? 1 : 3, height, width, ToPlanes(interleaved, samples, width * height));
        }
    }

    /// <summary>Encodes a picture.</summary>
    /// <param name="image">Gray or RGB.</param>
    /// <param name="quality">1 (worst) to 100.</param>
    /// <param name="halveColor">Whether color is kept at half the resolution each way (4:2:0, Pillow's default) or whole (4:4:4).</param>
    /// <exception cref="InputException">libturbojpeg is missing.</exception>
    public static byte[] Encode(RgbImage image, int quality = 75, bool halveColor = true)
    {
        ArgumentNullException.ThrowIfNull(image);
        ArgumentOutOfRangeException.ThrowIfLessThan(quality, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(quality, 100);
        JpegLibrary.Require("the output");
        using JpegHandle handle = JpegLibrary.InitCompress();
        byte[] interleaved = ToInterleaved(image);
        (int format, int subsampling) = image.Channels == 1 ? (JpegLibrary.GrayFormat, 3) : (JpegLibrary.RgbFormat, halveColor ? 2 : 0);
        fixed (byte* pixels = interleaved)
        {
            int result = JpegLibrary.Compress(handle, pixels, image.Width, 0, image.Height, format, out nint data, out nuint size, subsampling, quality, JpegLibrary.AccurateTransform);
            try
            {
                return result == 0
                    ? new ReadOnlySpan<byte>((void*)data, checked((int)size)).ToArray()
                    : throw new InputException($"the image cannot be written as JPEG: {JpegLibrary.Message(handle)}");
            }
            finally
            {
                JpegLibrary.Free(data);
            }
        }
    }

    // The library makes up an end mark where none is and may then report only its last warning, so the mark is looked for here.
    private static void RefuseCut(ReadOnlySpan<byte> bytes, string name)
    {
        if (bytes.LastIndexOf((ReadOnlySpan<byte>)[0xFF, 0xD9]) <= bytes.LastIndexOf((ReadOnlySpan<byte>)[0xFF, 0xDA]))
        {
            throw Damaged(name, "it is cut short");
        }
    }

    // A file that ends early is only a warning to the library, which fills the rest with gray: refused, as Pillow does.
    // Other warnings (stray bytes) are harmless and accepted, as Pillow does.
    private static void RefuseDamage(JpegHandle handle, int result, string name)
    {
        if (result == 0)
        {
            return;
        }
        string message = JpegLibrary.Message(handle);
        if (JpegLibrary.GetErrorCode(handle) != 0 || message.Contains("Premature end", StringComparison.Ordinal))
        {
            throw Damaged(name, message);
        }
    }

    private static byte[] ToPlanes(byte[] interleaved, int samples, int plane)
    {
        if (samples == 1)
        {
            return interleaved;
        }
        var pixels = new byte[3 * plane];
        for (int i = 0; i < plane; i++)
        {
            for (int channel = 0; channel < 3; channel++)
            {
                byte stored = interleaved[(i * samples) + channel];
                pixels[(channel * plane) + i] = samples == 3 ? stored : FromCmyk(stored, interleaved[(i * samples) + 3]);
            }
        }
        return pixels;
    }

    // Adobe files store inverted ink, and so "black" is what light is left; Pillow's rounding.
    private static byte FromCmyk(byte stored, byte light)
    {
        int product = ((255 - stored) * light) + 128;
        return (byte)(light - ((product + (product >> 8)) >> 8));
    }

    private static byte[] ToInterleaved(RgbImage image)
    {
        var interleaved = new byte[image.Pixels.Length];
        for (int channel = 0; channel < image.Channels; channel++)
        {
            ReadOnlySpan<byte> plane = image.Plane(channel);
            for (int i = 0; i < plane.Length; i++)
            {
                interleaved[(i * image.Channels) + channel] = plane[i];
            }
        }
        return interleaved;
    }

    private static InputException Damaged(string name, string why) => new($"{name} is a damaged JPEG: {why.ReplaceLineEndings(" ")}; fetch it again");
}
