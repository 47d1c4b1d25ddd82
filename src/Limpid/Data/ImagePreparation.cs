using System.Runtime.InteropServices;
using Limpid.Images;
using Limpid.Torch;

namespace Limpid.Data;

/// <summary>How pictures of different sizes become images of one: <c>crop224</c>, <c>size227</c>, or as they are.</summary>
/// <param name="Length">Rows and columns of every image; 0 to take pictures as they are.</param>
/// <param name="Crops">Whether the shorter side is resized to 8/7 of the length and the middle cut out (256 and 224, the field's usual
/// preparation), or the picture resized straight to a square.</param>
[StructLayout(LayoutKind.Auto)]
public readonly record struct ImagePreparation(int Length, bool Crops)
{
    /// <summary>Pictures as they are; all must be of one size.</summary>
    public static ImagePreparation None => default;

    /// <summary>Reads <c>cropN</c> or <c>sizeN</c>; anything else is none of these.</summary>
    public static bool TryParse(string text, out ImagePreparation preparation)
    {
        ArgumentNullException.ThrowIfNull(text);
        bool crops = text.StartsWith("crop", StringComparison.Ordinal);
        bool known = (crops || text.StartsWith("size", StringComparison.Ordinal)) & int.TryParse(text.AsSpan(Math.Min(4, text.Length)), out int length) && length is >= 1 and <= 8192;
        preparation = known ? new ImagePreparation(length, crops) : None;
        return known;
    }

    /// <summary>The prepared image.</summary>
    public RgbImage Apply(RgbImage image) =>
        Length == 0 ? image
        : Crops ? Resize.CenterCrop(Resize.ShorterSide(image, (int)((Length * 8L) / 7)), Length, Length)
        : Resize.To(image, Length, Length);
}
