using System.Runtime.InteropServices;

namespace Limpid.Data.Shapes;

/// <summary>A color, each part in [0,1].</summary>
[StructLayout(LayoutKind.Auto)]
internal readonly record struct Rgb(float R, float G, float B)
{
    public static Rgb operator *(Rgb color, float factor) => new(color.R * factor, color.G * factor, color.B * factor);

    /// <summary>Any color but the darkest and brightest.</summary>
    public static Rgb Draw(KeyedDraws draws) => new(draws.Between(0.08, 0.95), draws.Between(0.08, 0.95), draws.Between(0.08, 0.95));

    /// <summary>A color at a given distance from this one, toward any color that is at least that far away.</summary>
    public Rgb DrawAt(float distance, KeyedDraws draws)
    {
        for (int attempt = 0; attempt < 16; attempt++)
        {
            Rgb other = Draw(draws);
            float away = DistanceTo(other);
            if (away >= distance)
            {
                return Toward(other, distance / away);
            }
        }
        var opposite = new Rgb(R > 0.5f ? 0.1f : 0.9f, G > 0.5f ? 0.1f : 0.9f, B > 0.5f ? 0.1f : 0.9f);
        return Toward(opposite, Math.Min(1f, distance / DistanceTo(opposite)));
    }

    /// <summary>A color near this one.</summary>
    public Rgb DrawNear(float spread, KeyedDraws draws) => new(
        Math.Clamp(R + draws.Between(-spread, spread), 0.02f, 0.98f),
        Math.Clamp(G + draws.Between(-spread, spread), 0.02f, 0.98f),
        Math.Clamp(B + draws.Between(-spread, spread), 0.02f, 0.98f));

    /// <summary>This color with a part of another.</summary>
    public Rgb Toward(Rgb other, float part) => new(R + ((other.R - R) * part), G + ((other.G - G) * part), B + ((other.B - B) * part));

    // Brightness counts double: the eye and small networks find outlines by it.
    private float DistanceTo(Rgb other)
    {
        float r = R - other.R;
        float g = G - other.G;
        float b = B - other.B;
        float brightness = (0.3f * r) + (0.59f * g) + (0.11f * b);
        return MathF.Sqrt((((r * r) + (g * g) + (b * b)) / 3f) + (brightness * brightness));
    }
}
