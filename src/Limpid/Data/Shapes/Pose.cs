using System.Runtime.InteropServices;

namespace Limpid.Data.Shapes;

/// <summary>Where the figure stands: the map from picture coordinates (pixels from the middle) to the silhouette's own.</summary>
[StructLayout(LayoutKind.Auto)]
internal readonly struct Pose
{
    private readonly float _xx, _xy, _yx, _yy, _px, _py;

    private Pose(float centerX, float centerY, float radius, float cos, float sin, float shear, float aspect, float px, float py)
    {
        (CenterX, CenterY, Radius, _px, _py) = (centerX, centerY, radius, px, py);
        // Undo the rotation, then the shear, then the size.
        _xx = (cos + (shear * -sin)) / (radius * aspect);
        _xy = (sin + (shear * cos)) / (radius * aspect);
        _yx = -sin / radius * aspect;
        _yy = cos / radius * aspect;
    }

    /// <summary>Column of the figure's middle, in pixels from the picture's.</summary>
    public float CenterX { get; }

    /// <summary>Row of the figure's middle, in pixels from the picture's.</summary>
    public float CenterY { get; }

    /// <summary>Pixels per unit of the silhouette.</summary>
    public float Radius { get; }

    /// <summary>Draws a pose: any place that keeps the figure in the picture, 35° of turn either way, slight shear, stretch and perspective.</summary>
    public static Pose Draw(KeyedDraws draws)
    {
        float radius = draws.Between(7.0, 11.0);
        float room = 15.5f - radius;
        float turn = draws.Between(-0.1, 0.1);
        return new Pose(
            draws.Between(-room, room),
            draws.Between(-room, room),
            radius,
            Turns.Cos(turn),
            Turns.Sin(turn),
            shear: draws.Between(-0.15, 0.15),
            aspect: draws.Between(0.92, 1.09),
            px: draws.Between(-0.1, 0.1),
            py: draws.Between(-0.1, 0.1));
    }

    /// <summary>A picture point in the silhouette's coordinates.</summary>
    public (float X, float Y) ToFigure(float x, float y)
    {
        float u = x - CenterX;
        float v = y - CenterY;
        float a = (_xx * u) + (_xy * v);
        float b = (_yx * u) + (_yy * v);
        float w = 1f + (_px * a) + (_py * b);
        return (a / w, b / w);
    }
}
