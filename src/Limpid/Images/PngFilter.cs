using Limpid.Torch;

namespace Limpid.Images;

/// <summary>The five row filters of PNG (specification, section 9): differences to the bytes to the left, above and above left.</summary>
internal static class PngFilter
{
    /// <summary>Filters a row by the kind whose differences are smallest (the specification's heuristic); the kind is written first.</summary>
    public static void Apply(ReadOnlySpan<byte> row, ReadOnlySpan<byte> above, int pixelBytes, Span<byte> filtered)
    {
        int best = 0;
        long smallest = long.MaxValue;
        for (int kind = 0; kind < 5; kind++)
        {
            long sum = 0;
            for (int i = 0; i < row.Length; i++)
            {
                sum += Math.Abs((int)(sbyte)(byte)(row[i] - Predict(kind, row, above, i, pixelBytes)));
            }
            (best, smallest) = sum < smallest ? (kind, sum) : (best, smallest);
        }
        filtered[0] = (byte)best;
        for (int i = 0; i < row.Length; i++)
        {
            filtered[1 + i] = (byte)(row[i] - Predict(best, row, above, i, pixelBytes));
        }
    }

    /// <summary>Undoes a filter in place.</summary>
    /// <exception cref="InputException">There is no such kind.</exception>
    public static void Undo(string name, int kind, Span<byte> row, ReadOnlySpan<byte> above, int pixelBytes)
    {
        if (kind > 4)
        {
            throw new InputException($"{name} is a damaged PNG: row filter {kind}, expected 0..4");
        }
        for (int i = 0; kind > 0 && i < row.Length; i++)
        {
            row[i] += Predict(kind, row, above, i, pixelBytes);
        }
    }

    private static byte Predict(int kind, ReadOnlySpan<byte> row, ReadOnlySpan<byte> above, int i, int pixelBytes)
    {
        int left = i >= pixelBytes ? row[i - pixelBytes] : 0;
        return kind switch
        {
            1 => (byte)left,
            2 => above[i],
            3 => (byte)((left + above[i]) >> 1),
            4 => Paeth(left, above[i], i >= pixelBytes ? above[i - pixelBytes] : 0),
            _ => 0,
        };
    }

    private static byte Paeth(int left, int above, int corner)
    {
        int estimate = left + above - corner;
        int toLeft = Math.Abs(estimate - left);
        int toAbove = Math.Abs(estimate - above);
        int toCorner = Math.Abs(estimate - corner);
        return (byte)(toLeft <= toAbove && toLeft <= toCorner ? left : toAbove <= toCorner ? above : corner);
    }
}
