namespace Limpid.Data.Shapes;

/// <summary>Paints one image from its split, index and class.</summary>
/// <remarks>Only additions, multiplications, divisions, square roots and rounding are used: the same bytes on every machine.</remarks>
internal static class Painter
{
    private const int Samples = 3; // each way, for every pixel of the figure's edge

    /// <summary>Writes 3 x 32 x 32 bytes, CHW.</summary>
    public static void Paint(DataSplit split, long index, Silhouette silhouette, Span<byte> destination)
    {
        Span<float> planes = stackalloc float[3 * Canvas.Plane];
        Span<float> cover = stackalloc float[Canvas.Plane];
        var canvas = new Canvas(planes);
        KeyedDraws Draws(Purpose purpose) => new(KeyedDraws.Key(split, index, purpose));

        Pose pose = Pose.Draw(Draws(Purpose.Pose));
        Light light = Light.Draw(Draws(Purpose.Light));
        KeyedDraws colors = Draws(Purpose.Color);
        KeyedDraws textures = Draws(Purpose.Texture);
        KeyedDraws clutter = Draws(Purpose.Clutter);

        (Rgb Near, Rgb Far) ground = DrawPair(Rgb.Draw(colors), 0.12f, colors);
        Rgb middle = ground.Near.Toward(ground.Far, 0.5f);
        (Rgb Near, Rgb Far) figure = DrawPair(middle.DrawAt(colors.Between(0.13, 0.4), colors), 0.08f, colors);
        PaintGround(canvas, light, ground, Texture.Draw(textures, 0.12));
        PaintClutter(canvas, ground.Near, clutter);
        MeasureCover(cover, pose, silhouette);
        PaintShadow(canvas, cover, light);
        PaintFigure(canvas, cover, pose, light, figure, Texture.Draw(textures, 0.15));
        PaintOccluder(canvas, pose, ground.Near, clutter);
        Expose(canvas, light, Draws(Purpose.Sensor), destination);
    }

    private static (Rgb Near, Rgb Far) DrawPair(Rgb color, float spread, KeyedDraws draws) => (color, color.DrawNear(spread, draws));

    private static void PaintGround(Canvas canvas, Light light, (Rgb Near, Rgb Far) color, Texture texture)
    {
        for (int i = 0; i < Canvas.Plane; i++)
        {
            float x = Canvas.Center(i % Canvas.Size);
            float y = Canvas.Center(i / Canvas.Size);
            float ramp = 0.5f + (((y * light.X) - (x * light.Y)) / 45f); // across the light, so that it is not mistaken for shading
            canvas.Cover(i, color.Near.Toward(color.Far, ramp) * texture.At(x, y), 1f);
        }
    }

    private static void PaintClutter(Canvas canvas, Rgb ground, KeyedDraws draws)
    {
        for (int left = draws.Below(6); left > 0; left--)
        {
            bool line = draws.Chance(0.5);
            float turn = draws.Between(0, 1);
            float length = line ? draws.Between(3, 9) : 0f;
            canvas.Stroke(
                draws.Between(-16, 16),
                draws.Between(-16, 16),
                length * Turns.Cos(turn),
                length * Turns.Sin(turn),
                line ? draws.Between(0.4, 0.8) : draws.Between(0.7, 1.8),
                ground.DrawNear(0.35f, draws));
        }
    }

    private static void MeasureCover(Span<float> cover, Pose pose, Silhouette silhouette)
    {
        const float step = 1f / Samples;
        float reach = (pose.Radius * Silhouette.Reach * 1.3f) + 1f; // shear, stretch and perspective reach farther than the radius
        for (int i = 0; i < Canvas.Plane; i++)
        {
            float x = Canvas.Center(i % Canvas.Size);
            float y = Canvas.Center(i / Canvas.Size);
            float u = x - pose.CenterX;
            float v = y - pose.CenterY;
            int inside = 0;
            for (int sample = 0; sample < Samples * Samples && (u * u) + (v * v) < reach * reach; sample++)
            {
                (float a, float b) = pose.ToFigure(x + (((sample % Samples) - 1) * step), y + (((sample / Samples) - 1) * step));
                inside += silhouette.Contains(a, b) ? 1 : 0;
            }
            cover[i] = inside * (step * step);
        }
    }

    private static void PaintShadow(Canvas canvas, ReadOnlySpan<float> cover, Light light)
    {
        if (light.Shadow == 0f)
        {
            return;
        }
        Span<float> shade = stackalloc float[Canvas.Plane];
        int right = (int)MathF.Round(light.ShadowX);
        int down = (int)MathF.Round(light.ShadowY);
        for (int i = 0; i < Canvas.Plane; i++)
        {
            int column = (i % Canvas.Size) - right;
            int row = (i / Canvas.Size) - down;
            shade[i] = (uint)column < Canvas.Size && (uint)row < Canvas.Size ? cover[(row * Canvas.Size) + column] : 0f;
        }
        Canvas.Blur(shade, 0.28f);
        for (int i = 0; i < Canvas.Plane; i++)
        {
            canvas.Scale(i, 1f - (light.Shadow * shade[i]));
        }
    }

    private static void PaintFigure(Canvas canvas, ReadOnlySpan<float> cover, Pose pose, Light light, (Rgb Near, Rgb Far) color, Texture texture)
    {
        for (int i = 0; i < Canvas.Plane; i++)
        {
            if (cover[i] > 0f)
            {
                float x = Canvas.Center(i % Canvas.Size);
                float y = Canvas.Center(i / Canvas.Size);
                (float a, float b) = pose.ToFigure(x, y);
                float toward = ((x - pose.CenterX) * light.X + ((y - pose.CenterY) * light.Y)) / pose.Radius;
                float brightness = texture.At(a * pose.Radius, b * pose.Radius) * (1f + (light.Relief * toward));
                canvas.Cover(i, color.Near.Toward(color.Far, 0.5f + (0.5f * b)) * brightness, cover[i]);
            }
        }
    }

    // Something thin in front of the figure's rim in a third of the pictures.
    private static void PaintOccluder(Canvas canvas, Pose pose, Rgb ground, KeyedDraws draws)
    {
        if (!draws.Chance(0.33))
        {
            return;
        }
        float turn = draws.Between(0, 1);
        float x = pose.CenterX + (Turns.Cos(turn) * pose.Radius * 0.75f);
        float y = pose.CenterY + (Turns.Sin(turn) * pose.Radius * 0.75f);
        bool line = draws.Chance(0.6);
        float across = turn + draws.Between(0.15, 0.35);
        float length = line ? draws.Between(8, 20) : 0f;
        float dx = Turns.Cos(across) * length;
        float dy = Turns.Sin(across) * length;
        canvas.Stroke(x - (dx / 2), y - (dy / 2), dx, dy, line ? draws.Between(0.5, 1.0) : draws.Between(1.2, 2.4), ground.DrawNear(0.3f, draws));
    }

    // Light over everything, the lens's blur, the sensor's noise, eight bits.
    private static void Expose(Canvas canvas, Light light, KeyedDraws draws, Span<byte> destination)
    {
        for (int i = 0; i < Canvas.Plane; i++)
        {
            canvas.Scale(i, light.At(Canvas.Center(i % Canvas.Size), Canvas.Center(i / Canvas.Size)));
        }
        float blur = draws.Between(0, 0.16);
        float noise = draws.Between(0.002, 0.02);
        for (int channel = 0; channel < 3; channel++)
        {
            Canvas.Blur(canvas.Planes.Slice(channel * Canvas.Plane, Canvas.Plane), blur);
        }
        for (int i = 0; i < 3 * Canvas.Plane; i++)
        {
            float value = (canvas.Planes[i] + (noise * draws.NearlyNormal())) * 255f;
            destination[i] = (byte)MathF.Round(Math.Clamp(value, 0f, 255f));
        }
    }
}
