namespace Limpid.Data.Shapes;

/// <summary>A picture of 32 x 32 colors being painted; coordinates are pixels from the middle.</summary>
internal readonly ref struct Canvas(Span<float> planes)
{
    /// <summary>Rows and columns.</summary>
    public const int Size = 32;

    /// <summary>Values of one channel.</summary>
    public const int Plane = Size * Size;

    /// <summary>R, G and B planes.</summary>
    public Span<float> Planes { get; } = planes;

    /// <summary>The coordinate of the middle of a pixel.</summary>
    public static float Center(int pixel) => pixel + 0.5f - (Size / 2);

    /// <summary>Lays a color over a pixel; <paramref name="cover"/> 1 hides what was there.</summary>
    public void Cover(int pixel, Rgb color, float cover)
    {
        Planes[pixel] += (color.R - Planes[pixel]) * cover;
        Planes[pixel + Plane] += (color.G - Planes[pixel + Plane]) * cover;
        Planes[pixel + (2 * Plane)] += (color.B - Planes[pixel + (2 * Plane)]) * cover;
    }

    /// <summary>Brightens or darkens a pixel.</summary>
    public void Scale(int pixel, float factor)
    {
        Planes[pixel] *= factor;
        Planes[pixel + Plane] *= factor;
        Planes[pixel + (2 * Plane)] *= factor;
    }

    /// <summary>Paints a stroke with round ends; a stroke of no length is a dot.</summary>
    public void Stroke(float x, float y, float dx, float dy, float halfWidth, Rgb color)
    {
        float squaredLength = (dx * dx) + (dy * dy);
        for (int row = 0; row < Size; row++)
        {
            float v = Center(row) - y;
            for (int column = 0; column < Size; column++)
            {
                float u = Center(column) - x;
                float along = squaredLength > 0f ? Math.Clamp(((u * dx) + (v * dy)) / squaredLength, 0f, 1f) : 0f;
                float a = u - (along * dx);
                float b = v - (along * dy);
                float squared = (a * a) + (b * b);
                float reach = halfWidth + 0.5f;
                if (squared < reach * reach)
                {
                    Cover((row * Size) + column, color, Math.Min(reach - MathF.Sqrt(squared), 1f));
                }
            }
        }
    }

    /// <summary>Mixes every pixel with its neighbors: weights <paramref name="side"/>, 1 - 2 side, <paramref name="side"/> across and down.</summary>
    public static void Blur(Span<float> plane, float side)
    {
        Span<float> across = stackalloc float[Plane];
        for (int i = 0; i < Plane; i++)
        {
            int column = i % Size;
            across[i] = (plane[i] * (1f - (2f * side))) + (side * (plane[column > 0 ? i - 1 : i] + plane[column < Size - 1 ? i + 1 : i]));
        }
        for (int i = 0; i < Plane; i++)
        {
            plane[i] = (across[i] * (1f - (2f * side))) + (side * (across[i >= Size ? i - Size : i] + across[i < Plane - Size ? i + Size : i]));
        }
    }
}
