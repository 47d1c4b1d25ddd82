namespace Limpid.Images;

/// <summary>Lays pictures of one size out in rows, for reports and to look at.</summary>
public static class ImageGrid
{
    /// <summary>One picture of many.</summary>
    /// <param name="images">Pictures of the same height and width.</param>
    /// <param name="columns">How many stand side by side.</param>
    /// <param name="gap">Pixels between neighbors and around all.</param>
    /// <param name="enlarge">How many times each pixel is repeated each way.</param>
    /// <param name="background">The gray of the gaps, 0..255.</param>
    /// <exception cref="ArgumentException">There are no pictures, or their sizes differ.</exception>
    public static RgbImage Arrange(IReadOnlyList<RgbImage> images, int columns, int gap = 2, int enlarge = 1, byte background = 255)
    {
        ArgumentNullException.ThrowIfNull(images);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(columns);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(enlarge);
        ArgumentOutOfRangeException.ThrowIfNegative(gap);
        if (images.Count == 0 || images.Any(image => image.Height != images[0].Height || image.Width != images[0].Width))
        {
            throw new ArgumentException("a grid needs at least one image, and all of one size", nameof(images));
        }
        columns = Math.Min(columns, images.Count);
        int rows = (images.Count + columns - 1) / columns;
        int cellHeight = (images[0].Height * enlarge) + gap;
        int cellWidth = (images[0].Width * enlarge) + gap;
        int height = (rows * cellHeight) + gap;
        int width = (columns * cellWidth) + gap;
        var pixels = new byte[3 * height * width];
        pixels.AsSpan().Fill(background);
        for (int i = 0; i < images.Count; i++)
        {
            int corner = ((((i / columns) * cellHeight) + gap) * width) + ((i % columns) * cellWidth) + gap;
            Place(images[i].ToRgb(), enlarge, pixels, corner, width, height * width);
        }
        return new RgbImage(3, height, width, pixels);
    }

    private static void Place(RgbImage image, int enlarge, byte[] pixels, int corner, int width, int plane)
    {
        for (int channel = 0; channel < 3; channel++)
        {
            ReadOnlySpan<byte> source = image.Plane(channel);
            for (int y = 0; y < image.Height * enlarge; y++)
            {
                Span<byte> target = pixels.AsSpan((channel * plane) + corner + (y * width), image.Width * enlarge);
                ReadOnlySpan<byte> row = source.Slice(y / enlarge * image.Width, image.Width);
                for (int x = 0; x < target.Length; x++)
                {
                    target[x] = row[x / enlarge];
                }
            }
        }
    }
}
