using System.Runtime.InteropServices;

namespace Limpid.Images;

/// <summary>One of the reduced images an interlaced PNG (Adam7) is made of, or the whole of one that is not.</summary>
[StructLayout(LayoutKind.Auto)]
internal readonly record struct PngPass(int FirstRow, int RowStep, int FirstColumn, int ColumnStep, int Width, int Height)
{
    // First row and its step, first column and its step (specification, section 8.2).
    private static readonly (int Row, int RowStep, int Column, int ColumnStep)[] Adam7 =
        [(0, 8, 0, 8), (0, 8, 4, 8), (4, 8, 0, 4), (0, 4, 2, 4), (2, 4, 0, 2), (0, 2, 1, 2), (1, 2, 0, 1)];

    /// <summary>The passes of an image, those without pixels left out.</summary>
    public static IEnumerable<PngPass> Of(PngHeader header) =>
        from step in header.Interlaced ? Adam7 : [(0, 1, 0, 1)]
        let width = (header.Width - step.Column + step.ColumnStep - 1) / step.ColumnStep
        let height = (header.Height - step.Row + step.RowStep - 1) / step.RowStep
        where width > 0 && height > 0
        select new PngPass(step.Row, step.RowStep, step.Column, step.ColumnStep, width, height);
}
