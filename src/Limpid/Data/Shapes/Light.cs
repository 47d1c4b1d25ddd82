using System.Runtime.InteropServices;

namespace Limpid.Data.Shapes;

/// <summary>Where the light comes from and what it does to the picture.</summary>
[StructLayout(LayoutKind.Auto)]
internal readonly struct Light
{
    private readonly float _slope, _vignette;

    private Light(float x, float y, float slope, float vignette, float relief, float shadow, float shadowLength)
    {
        (X, Y, _slope, _vignette, Relief) = (x, y, slope, vignette, relief);
        (Shadow, ShadowX, ShadowY) = (shadow, -x * shadowLength, -y * shadowLength);
    }

    /// <summary>The direction to the light, across the picture; length 1.</summary>
    public float X { get; }

    /// <summary>The direction to the light, down the picture.</summary>
    public float Y { get; }

    /// <summary>How much the figure's side toward the light is brighter.</summary>
    public float Relief { get; }

    /// <summary>How much the figure's shadow darkens the ground; 0 for none.</summary>
    public float Shadow { get; }

    /// <summary>How far the shadow falls, in pixels across.</summary>
    public float ShadowX { get; }

    /// <summary>How far the shadow falls, in pixels down.</summary>
    public float ShadowY { get; }

    /// <summary>Draws a light.</summary>
    public static Light Draw(KeyedDraws draws)
    {
        float turn = draws.Between(0, 1);
        return new Light(
            Turns.Cos(turn),
            Turns.Sin(turn),
            slope: draws.Between(0, 0.2),
            vignette: draws.Between(0, 0.25),
            relief: draws.Between(0, 0.25),
            shadow: draws.Chance(0.6) ? draws.Between(0.15, 0.45) : 0f,
            shadowLength: draws.Between(1, 2.5));
    }

    /// <summary>The brightness of the whole picture at a point, pixels from the middle.</summary>
    public float At(float x, float y)
    {
        float u = x / 16f;
        float v = y / 16f;
        return (1f + (_slope * ((u * X) + (v * Y)))) * (1f - (_vignette * ((u * u) + (v * v)) * 0.5f));
    }
}
