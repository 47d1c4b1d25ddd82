namespace Limpid.Images;

/// <summary>Between bytes 0..255 and values in [0,1]: x/255 in float32, and back with round-half-even.</summary>
/// <remarks>Every byte survives the way there and back.</remarks>
public static class PixelScale
{
    private static readonly float[] Unit = [.. Enumerable.Range(0, 256).Select(value => value / 255f)];

    /// <summary>Bytes to [0,1].</summary>
    /// <exception cref="ArgumentException">The destination is too short.</exception>
    public static void ToUnit(ReadOnlySpan<byte> bytes, Span<float> destination)
    {
        if (destination.Length < bytes.Length)
        {
            throw new ArgumentException($"{bytes.Length} pixels do not fit into {destination.Length} values", nameof(destination));
        }
        float[] unit = Unit;
        for (int i = 0; i < bytes.Length; i++)
        {
            destination[i] = unit[bytes[i]];
        }
    }

    /// <summary>[0,1] to bytes, rounding half to even; values outside are clipped, NaN becomes 0.</summary>
    /// <exception cref="ArgumentException">The destination is too short.</exception>
    public static void ToBytes(ReadOnlySpan<float> values, Span<byte> destination)
    {
        if (destination.Length < values.Length)
        {
            throw new ArgumentException($"{values.Length} values do not fit into {destination.Length} pixels", nameof(destination));
        }
        for (int i = 0; i < values.Length; i++)
        {
            float value = values[i] * 255f;
            destination[i] = value > 0f ? (byte)MathF.Round(MathF.Min(value, 255f), MidpointRounding.ToEven) : (byte)0;
        }
    }
}
