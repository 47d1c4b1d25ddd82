namespace Limpid.Data.Shapes;

/// <summary>Sine and cosine of whole turns by additions and multiplications only, so that every machine paints the same bytes.</summary>
internal static class Turns
{
    /// <summary>cos(2π·<paramref name="turns"/>), to about 1e-6.</summary>
    public static float Cos(float turns) => Sin(turns + 0.25f);

    /// <summary>sin(2π·<paramref name="turns"/>), to about 1e-6.</summary>
    public static float Sin(float turns)
    {
        float t = turns - MathF.Floor(turns + 0.5f); // [-0.5, 0.5)
        t = t > 0.25f ? 0.5f - t : t < -0.25f ? -0.5f - t : t;
        float x = t * 6.2831853f;
        float square = x * x;
        return x * (1f - (square * (1f / 6 - (square * (1f / 120 - (square * (1f / 5040 - (square * (1f / 362880)))))))));
    }
}
