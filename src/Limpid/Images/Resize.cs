namespace Limpid.Images;

/// <summary>Antialiased resizing and cropping of 8-bit images, byte for byte as Pillow and torchvision's PIL transforms do it.</summary>
/// <remarks>
/// When shrinking, the filter widens with the scale. Weights are rounded to 22 fractional bits and the result of the horizontal
/// pass to bytes before the vertical one; both roundings are part of the published accuracies.
/// </remarks>
public static class Resize
{
    private const int PrecisionBits = 32 - 8 - 2;

    /// <summary>Resizes to a height and width, ignoring the aspect ratio.</summary>
    public static RgbImage To(RgbImage image, int height, int width, ResampleFilter filter = ResampleFilter.Bilinear)
    {
        ArgumentNullException.ThrowIfNull(image);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(height);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(width);
        var pixels = new byte[image.Channels * height * width];
        Weights? across = width == image.Width ? null : Weights.Of(image.Width, width, filter);
        Weights? down = height == image.Height ? null : Weights.Of(image.Height, height, filter);
        for (int channel = 0; channel < image.Channels; channel++)
        {
            ReadOnlySpan<byte> plane = image.Plane(channel);
            plane = across is null ? plane : Across(plane, image.Height, image.Width, width, across);
            plane = down is null ? plane : Down(plane, width, height, down);
            plane.CopyTo(pixels.AsSpan(channel * height * width));
        }
        return new RgbImage(image.Channels, height, width, pixels);
    }

    /// <summary>Resizes so that the shorter side has a length, keeping the aspect ratio; the longer side is rounded down, as torchvision does.</summary>
    public static RgbImage ShorterSide(RgbImage image, int length, ResampleFilter filter = ResampleFilter.Bilinear)
    {
        ArgumentNullException.ThrowIfNull(image);
        return image.Width <= image.Height
            ? To(image, (int)((long)length * image.Height / image.Width), length, filter)
            : To(image, length, (int)((long)length * image.Width / image.Height), filter);
    }

    /// <summary>Cuts out the middle; an odd remainder is split as torchvision does (half to even).</summary>
    /// <exception cref="ArgumentOutOfRangeException">The image is smaller than the crop.</exception>
    public static RgbImage CenterCrop(RgbImage image, int height, int width)
    {
        ArgumentNullException.ThrowIfNull(image);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(height, image.Height);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(width, image.Width);
        int top = (int)Math.Round((image.Height - height) / 2.0, MidpointRounding.ToEven);
        int left = (int)Math.Round((image.Width - width) / 2.0, MidpointRounding.ToEven);
        var pixels = new byte[image.Channels * height * width];
        for (int channel = 0; channel < image.Channels; channel++)
        {
            for (int y = 0; y < height; y++)
            {
                image.Plane(channel).Slice(((top + y) * image.Width) + left, width).CopyTo(pixels.AsSpan(((channel * height) + y) * width));
            }
        }
        return new RgbImage(image.Channels, height, width, pixels);
    }

    private static byte[] Across(ReadOnlySpan<byte> plane, int height, int width, int newWidth, Weights weights)
    {
        var result = new byte[height * newWidth];
        for (int y = 0; y < height; y++)
        {
            ReadOnlySpan<byte> row = plane.Slice(y * width, width);
            for (int x = 0; x < newWidth; x++)
            {
                int sum = 1 << (PrecisionBits - 1);
                ReadOnlySpan<int> window = weights.Window(x);
                ReadOnlySpan<byte> source = row.Slice(weights.First[x], window.Length);
                for (int i = 0; i < window.Length; i++)
                {
                    sum += source[i] * window[i];
                }
                result[(y * newWidth) + x] = ToByte(sum);
            }
        }
        return result;
    }

    private static byte[] Down(ReadOnlySpan<byte> plane, int width, int newHeight, Weights weights)
    {
        var result = new byte[newHeight * width];
        for (int y = 0; y < newHeight; y++)
        {
            ReadOnlySpan<int> window = weights.Window(y);
            for (int x = 0; x < width; x++)
            {
                int sum = 1 << (PrecisionBits - 1);
                int source = (weights.First[y] * width) + x;
                for (int i = 0; i < window.Length; i++, source += width)
                {
                    sum += plane[source] * window[i];
                }
                result[(y * width) + x] = ToByte(sum);
            }
        }
        return result;
    }

    private static byte ToByte(int sum) => (byte)Math.Clamp(sum >> PrecisionBits, 0, 255);

    // For every new pixel the first old one and the fixed-point weights from there on.
    private sealed class Weights(int[] first, int[] lengths, int[] values, int stride)
    {
        public int[] First { get; } = first;

        public ReadOnlySpan<int> Window(int position) => values.AsSpan(position * stride, lengths[position]);

        public static Weights Of(int oldSize, int newSize, ResampleFilter filter)
        {
            double scale = (double)oldSize / newSize;
            double widened = Math.Max(scale, 1.0);
            double support = (filter == ResampleFilter.Bilinear ? 1.0 : 2.0) * widened;
            int stride = ((int)Math.Ceiling(support) * 2) + 1;
            var (first, lengths, values) = (new int[newSize], new int[newSize], new int[newSize * stride]);
            var weights = new double[stride];
            for (int position = 0; position < newSize; position++)
            {
                double center = (position + 0.5) * scale;
                int from = Math.Max((int)(center - support + 0.5), 0);
                int length = Math.Min((int)(center + support + 0.5), oldSize) - from;
                double sum = 0;
                for (int i = 0; i < length; i++)
                {
                    weights[i] = Weight((i + from - center + 0.5) * (1.0 / widened), filter);
                    sum += weights[i];
                }
                for (int i = 0; i < length; i++)
                {
                    double value = sum == 0 ? weights[i] : weights[i] * (1.0 / sum);
                    values[(position * stride) + i] = (int)((value < 0 ? -0.5 : 0.5) + (value * (1 << PrecisionBits)));
                }
                (first[position], lengths[position]) = (from, length);
            }
            return new Weights(first, lengths, values, stride);
        }

        private static double Weight(double x, ResampleFilter filter)
        {
            const double a = -0.5;
            x = Math.Abs(x);
            return filter switch
            {
                ResampleFilter.Bilinear => x < 1.0 ? 1.0 - x : 0.0,
                _ when x < 1.0 => ((((a + 2.0) * x) - (a + 3.0)) * x * x) + 1,
                _ when x < 2.0 => (((((x - 5) * x) + 8) * x) - 4) * a,
                _ => 0.0,
            };
        }
    }
}
