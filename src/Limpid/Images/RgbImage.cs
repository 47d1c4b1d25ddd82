using Limpid.Torch;

namespace Limpid.Images;

/// <summary>A decoded picture: bytes 0..255, CHW, with three channels (red, green, blue) or one (gray).</summary>
public sealed class RgbImage
{
    /// <summary>The most pixels a picture may have unless a caller allows more: 64 million.</summary>
    public const long DefaultPixelLimit = 64L << 20;

    /// <summary>Wraps pixels; the array is not copied.</summary>
    /// <exception cref="ArgumentException">The sizes do not fit the pixels.</exception>
    public RgbImage(int channels, int height, int width, byte[] pixels)
    {
        ArgumentNullException.ThrowIfNull(pixels);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(height);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(width);
        if (channels is not (1 or 3) || (long)channels * height * width != pixels.LongLength)
        {
            throw new ArgumentException($"{pixels.LongLength} bytes are not an image of {channels} x {height} x {width}", nameof(pixels));
        }
        (Channels, Height, Width, Pixels) = (channels, height, width, pixels);
    }

    /// <summary>3 (red, green, blue) or 1 (gray).</summary>
    public int Channels { get; }

    /// <summary>Rows.</summary>
    public int Height { get; }

    /// <summary>Columns.</summary>
    public int Width { get; }

    /// <summary>[C,H,W], 0..255.</summary>
    public byte[] Pixels { get; }

    /// <summary>The bytes of one channel, row major.</summary>
    public ReadOnlySpan<byte> Plane(int channel) => Pixels.AsSpan(channel * Height * Width, Height * Width);

    /// <summary>A picture of values in [0,1], CHW, rounded half to even.</summary>
    public static RgbImage FromUnit(int channels, int height, int width, ReadOnlySpan<float> values)
    {
        var pixels = new byte[channels * height * width];
        PixelScale.ToBytes(values[..pixels.Length], pixels);
        return new RgbImage(channels, height, width, pixels);
    }

    /// <summary>The picture as values in [0,1], CHW.</summary>
    public float[] ToUnit()
    {
        var values = new float[Pixels.Length];
        PixelScale.ToUnit(Pixels, values);
        return values;
    }

    /// <summary>Three channels: gray is repeated, as Pillow's convert("RGB") does.</summary>
    public RgbImage ToRgb() => Channels == 3 ? this : new RgbImage(3, Height, Width, [.. Pixels, .. Pixels, .. Pixels]);

    /// <summary>One channel: ITU-R 601 luma with Pillow's integer weights; a gray picture is returned as it is.</summary>
    public RgbImage ToGray()
    {
        if (Channels == 1)
        {
            return this;
        }
        var gray = new byte[Height * Width];
        ReadOnlySpan<byte> red = Plane(0);
        ReadOnlySpan<byte> green = Plane(1);
        ReadOnlySpan<byte> blue = Plane(2);
        for (int i = 0; i < gray.Length; i++)
        {
            gray[i] = (byte)(((red[i] * 19595) + (green[i] * 38470) + (blue[i] * 7471) + 0x8000) >> 16);
        }
        return new RgbImage(1, Height, Width, gray);
    }

    // Both decoders ask before they allocate.
    internal static void CheckSize(string name, long width, long height, long pixelLimit)
    {
        if (width <= 0 || height <= 0)
        {
            throw new InputException($"{name} says it is {width} x {height} pixels; an image has at least one");
        }
        if (width > pixelLimit / height)
        {
            throw new InputException($"{name} says it is {width} x {height} pixels, more than the {pixelLimit} allowed");
        }
    }
}
