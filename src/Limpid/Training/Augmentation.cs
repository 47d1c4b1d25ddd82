namespace Limpid.Training;

/// <summary>Small changes to training images that leave what they show.</summary>
/// <param name="Flips">Whether half of the images are mirrored left to right.</param>
/// <param name="Shift">The most pixels an image is moved each way; uncovered pixels are black (random crops with padding).</param>
public sealed record Augmentation(bool Flips = false, int Shift = 0)
{
    /// <summary>Uniform numbers that one image needs.</summary>
    internal const int Draws = 3;

    /// <summary>Changes one image in place.</summary>
    /// <param name="image">[C,H,W].</param>
    /// <param name="channels">C.</param>
    /// <param name="height">H.</param>
    /// <param name="width">W.</param>
    /// <param name="draws">Three uniform numbers in [0,1): mirror, rows, columns.</param>
    public void Apply(Span<float> image, int channels, int height, int width, ReadOnlySpan<float> draws)
    {
        if (Flips && draws[0] < 0.5f)
        {
            for (int row = 0; row < channels * height; row++)
            {
                image.Slice(row * width, width).Reverse();
            }
        }
        if (Shift > 0)
        {
            int down = (int)(draws[1] * ((2 * Shift) + 1)) - Shift, right = (int)(draws[2] * ((2 * Shift) + 1)) - Shift;
            Move(image, channels, height, width, down, right);
        }
    }

    private static void Move(Span<float> image, int channels, int height, int width, int down, int right)
    {
        float[] source = image[..(channels * height * width)].ToArray();
        int length = Math.Max(0, width - Math.Abs(right)), from = Math.Max(0, -right), to = Math.Max(0, right);
        for (int channel = 0; channel < channels; channel++)
        {
            for (int y = 0; y < height; y++)
            {
                var target = image.Slice(((channel * height) + y) * width, width);
                target.Clear();
                if (y - down >= 0 && y - down < height)
                {
                    source.AsSpan((((channel * height) + y - down) * width) + from, length).CopyTo(target[to..]);
                }
            }
        }
    }
}
