namespace Limpid.Images;

/// <summary>How neighboring pixels are weighted when an image is resized.</summary>
public enum ResampleFilter
{
    /// <summary>A triangle of radius 1 (Pillow's BILINEAR).</summary>
    Bilinear,

    /// <summary>Keys' cubic of radius 2, a = -0.5 (Pillow's BICUBIC).</summary>
    Bicubic,
}
