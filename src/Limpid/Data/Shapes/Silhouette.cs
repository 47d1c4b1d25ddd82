namespace Limpid.Data.Shapes;

/// <summary>The outline of one of the ten classes, in its own coordinates: y downwards, within a circle of radius <see cref="Reach"/>.</summary>
internal sealed class Silhouette
{
    /// <summary>No point farther from the origin is inside any silhouette.</summary>
    public const float Reach = 1.1f;

    private readonly Func<float, float, bool> _contains;

    private Silhouette(string name, Func<float, float, bool> contains) => (Name, _contains) = (name, contains);

    /// <summary>The ten, in the order of the labels.</summary>
    public static IReadOnlyList<Silhouette> All { get; } =
    [
        new("disk", (x, y) => (x * x) + (y * y) <= 0.8f),
        new("square", (x, y) => MathF.Abs(x) <= 0.74f && MathF.Abs(y) <= 0.74f),
        new("triangle", Polygon(0f, -1.08f, 0.94f, 0.54f, -0.94f, 0.54f)),
        new("star", Polygon(Star())),
        new("cross", (x, y) => MathF.Max(MathF.Abs(x), MathF.Abs(y)) <= 0.96f && MathF.Min(MathF.Abs(x), MathF.Abs(y)) <= 0.3f),
        new("ring", (x, y) => (x * x) + (y * y) is <= 0.94f and >= 0.26f),
        new("heart", Heart),
        new("crescent", (x, y) => (x * x) + (y * y) <= 1f && ((x - 0.5f) * (x - 0.5f)) + (y * y) >= 0.62f),
        new("arrow", Polygon(1.08f, 0f, 0.16f, -0.84f, 0.16f, -0.3f, -1f, -0.3f, -1f, 0.3f, 0.16f, 0.3f, 0.16f, 0.84f)),
        new("hourglass", Polygon(-0.72f, -0.82f, 0.72f, -0.82f, 0.1f, 0f, 0.72f, 0.82f, -0.72f, 0.82f, -0.1f, 0f)),
    ];

    /// <summary>The class's name.</summary>
    public string Name { get; }

    /// <summary>Whether a point is inside.</summary>
    public bool Contains(float x, float y) => (x * x) + (y * y) <= Reach * Reach && _contains(x, y);

    // (x² + y² - 1)³ = x² y³, scaled and moved to the middle.
    private static bool Heart(float x, float y)
    {
        float u = x * 1.22f;
        float v = (-y * 1.22f) + 0.1f;
        float circle = (u * u) + (v * v) - 1f;
        return circle * circle * circle <= u * u * v * v * v;
    }

    private static float[] Star()
    {
        var points = new float[20];
        for (int i = 0; i < 10; i++)
        {
            float radius = i % 2 == 0 ? 1.1f : 0.47f;
            points[2 * i] = radius * Turns.Sin(i / 10f);
            points[(2 * i) + 1] = -radius * Turns.Cos(i / 10f);
        }
        return points;
    }

    // Even-odd rule: a ray to the right crosses the outline an odd number of times.
    private static Func<float, float, bool> Polygon(params float[] points) => (x, y) =>
    {
        bool inside = false;
        for (int i = 0, j = points.Length - 2; i < points.Length; j = i, i += 2)
        {
            float yi = points[i + 1];
            float yj = points[j + 1];
            if (yi > y != yj > y && x < points[i] + ((points[j] - points[i]) * (y - yi) / (yj - yi)))
            {
                inside = !inside;
            }
        }
        return inside;
    };
}
