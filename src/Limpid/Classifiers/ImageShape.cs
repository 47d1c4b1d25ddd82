using Limpid.Torch;

namespace Limpid.Classifiers;

/// <summary>Channels, rows and columns of the images a network was made for.</summary>
/// <param name="Channels">1 (gray) or 3 (RGB).</param>
/// <param name="Height">Rows.</param>
/// <param name="Width">Columns.</param>
public readonly record struct ImageShape(int Channels, int Height, int Width)
{
    private const int MostPixels = 65536;

    /// <summary>CIFAR-10, SVHN and the painted shapes.</summary>
    public static ImageShape Color32 => new(3, 32, 32);

    /// <summary>MNIST.</summary>
    public static ImageShape Digit => new(1, 28, 28);

    /// <summary>ImageNet crops.</summary>
    public static ImageShape Color224 => new(3, 224, 224);

    /// <summary>As people write it: <c>3x32x32</c>.</summary>
    public override string ToString() => $"{Channels}x{Height}x{Width}";

    /// <summary>Reads what <see cref="ToString"/> wrote.</summary>
    /// <exception cref="InputException">The text has another form.</exception>
    public static ImageShape Parse(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        return text.Split('x') is [var c, var h, var w]
            && int.TryParse(c, out int channels) && int.TryParse(h, out int height) && int.TryParse(w, out int width)
            && channels is 1 or 3 && height is > 0 and <= MostPixels && width is > 0 and <= MostPixels
            ? new ImageShape(channels, height, width)
            : throw new InputException($"image shape '{text}' is not understood: write channels x rows x columns, as in 3x32x32");
    }
}
