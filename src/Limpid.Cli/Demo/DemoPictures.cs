using Limpid.Data;
using Limpid.Images;
using Limpid.Torch;

namespace Limpid.Cli.Demo;

/// <summary>The pictures of the demo on one sheet: a column per image; clean, attacked, and attacked and purified by each defense.</summary>
internal static class DemoPictures
{
    private const int Columns = 8;

    /// <summary>The sheet as a PNG.</summary>
    public static byte[] Draw(ImageBatch clean, IReadOnlyList<DemoRow> rows)
    {
        var pictures = new List<RgbImage>();
        foreach (var images in Lines(clean, rows))
        {
            pictures.AddRange(Of(images).Take(Columns));
        }
        return PngWriter.Encode(ImageGrid.Arrange(pictures, Math.Min(Columns, clean.Indices.Length), gap: 4, enlarge: 3));
    }

    /// <summary>What the lines of the sheet show, in order.</summary>
    public static IEnumerable<string> Captions(IReadOnlyList<DemoRow> rows)
    {
        yield return "clean";
        foreach (var row in rows)
        {
            yield return row.Defense == DemoRun.Undefended ? "attacked, undefended" : $"attacked through {row.Defense}";
            if (row.Purified is not null)
            {
                yield return $"the same, purified by {row.Defense}";
            }
        }
    }

    private static IEnumerable<Tensor> Lines(ImageBatch clean, IReadOnlyList<DemoRow> rows)
    {
        yield return clean.Images;
        foreach (var row in rows)
        {
            yield return row.Adversarial;
            if (row.Purified is not null)
            {
                yield return row.Purified;
            }
        }
    }

    /// <summary>The pictures of a tensor [N,C,H,W], limited to [0,1].</summary>
    public static IEnumerable<RgbImage> Of(Tensor images)
    {
        int channels = (int)images.Size(1), height = (int)images.Size(2), width = (int)images.Size(3), size = channels * height * width;
        using var limited = images.Clamp(0, 1);
        float[] values = limited.ToFloats();
        return Enumerable.Range(0, (int)images.Size(0)).Select(i => RgbImage.FromUnit(channels, height, width, values.AsSpan(i * size, size)));
    }
}
