using System.Runtime.InteropServices;

namespace Limpid.Data.Shapes;

/// <summary>A pattern that lightens and darkens a surface.</summary>
[StructLayout(LayoutKind.Auto)]
internal readonly struct Texture
{
    private enum Pattern
    {
        Plain,
        Stripes,
        Checks,
        Clouds,
    }

    private readonly Pattern _pattern;
    private readonly float _strength, _cos, _sin, _phase;
    private readonly ulong _key;

    private Texture(Pattern pattern, float strength, float frequency, float turn, float phase, ulong key)
    {
        (_pattern, _strength, _phase, _key) = (pattern, strength, phase, key);
        (_cos, _sin) = (Turns.Cos(turn) * frequency, Turns.Sin(turn) * frequency);
    }

    /// <summary>Draws a pattern with periods of four to nine pixels.</summary>
    public static Texture Draw(KeyedDraws draws, double strongest) => new(
        (Pattern)draws.Below(4),
        draws.Between(strongest / 4, strongest),
        draws.Between(0.11, 0.25),
        draws.Between(0, 1),
        draws.Between(0, 1),
        draws.Bits());

    /// <summary>The factor by which the surface is brighter at a point, coordinates in pixels.</summary>
    public float At(float x, float y)
    {
        float u = (x * _cos) + (y * _sin);
        float v = (y * _cos) - (x * _sin);
        return _pattern switch
        {
            Pattern.Stripes => 1f + (_strength * Turns.Cos(u + _phase)),
            Pattern.Checks => 1f + (_strength * Turns.Cos(u + _phase) * Turns.Cos(v)),
            Pattern.Clouds => 1f + (_strength * ((0.7f * Clouds(u, v)) + (0.5f * Clouds((2f * u) + 57f, (2f * v) + 91f)))),
            _ => 1f,
        };
    }

    // Value noise: a number in [-1,1] at each lattice point, smoothly joined.
    private float Clouds(float x, float y)
    {
        float column = MathF.Floor(x);
        float row = MathF.Floor(y);
        float s = Smooth(x - column);
        float t = Smooth(y - row);
        int i = (int)column;
        int j = (int)row;
        float top = Lattice(i, j) + ((Lattice(i + 1, j) - Lattice(i, j)) * s);
        float bottom = Lattice(i, j + 1) + ((Lattice(i + 1, j + 1) - Lattice(i, j + 1)) * s);
        return top + ((bottom - top) * t);
    }

    private float Lattice(int i, int j) =>
        ((KeyedDraws.Mix(_key ^ (((ulong)(uint)i << 32) | (uint)j)) >> 40) * (2f / (1 << 24))) - 1f;

    private static float Smooth(float t) => t * t * (3f - (2f * t));
}
