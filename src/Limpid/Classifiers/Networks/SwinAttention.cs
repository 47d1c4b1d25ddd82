using Limpid.Torch;
using Limpid.Torch.Layers;

namespace Limpid.Classifiers.Networks;

/// <summary>Self-attention within windows, which may be shifted; positions enter by a table of biases.</summary>
/// <remarks>A window that covers the map is not shifted. Windows that a shift wraps around the border see only their own side.</remarks>
internal sealed class SwinAttention : Module
{
    private const float Apart = -100; // as published: not −∞

    private readonly int heads;
    private readonly int window;
    private readonly int shift;
    private readonly long[] relative;
    private readonly Linear qkv;
    private readonly Linear projection;
    private readonly Parameter table;

    public SwinAttention(int channels, int heads, int window, int shift)
    {
        (this.heads, this.window, this.shift) = (heads, window, shift);
        qkv = Add("qkv", new Linear(channels, 3 * channels));
        projection = Add("proj", new Linear(channels, channels));
        int span = (2 * window) - 1, area = window * window;
        table = AddParameter("relative_position_bias_table", span * span, heads);
        _ = AddBuffer("relative_position_index", [area * area], DType.Int64); // in every checkpoint; computed here
        relative = new long[area * area];
        for (int i = 0; i < area; i++)
        {
            for (int j = 0; j < area; j++)
            {
                relative[(i * area) + j] = (((i / window) - (j / window) + window - 1) * span) + (i % window) - (j % window) + window - 1;
            }
        }
    }

    /// <summary>[N,H,W,C] → the same shape.</summary>
    public Tensor Forward(Tensor x)
    {
        using var scope = TensorScope.Begin();
        long n = x.Size(0), height = x.Size(1), width = x.Size(2), channels = x.Size(3), area = (long)window * window;
        long right = (window - (width % window)) % window, bottom = (window - (height % window)) % window;
        var h = right + bottom > 0 ? x.Pad([0, 0, 0, right, 0, bottom]) : x;
        long rows = height + bottom, columns = width + right, across = rows / window, along = columns / window, count = across * along;
        long down = window >= rows ? 0 : shift, aside = window >= columns ? 0 : shift;
        h = down + aside > 0 ? h.Roll([-down, -aside], [1, 2]) : h;
        h = h.Reshape(n, across, window, along, window, channels).Permute(0, 1, 3, 2, 4, 5).Reshape(n * count, area, channels);

        var parts = qkv.Forward(h).Reshape(n * count, area, 3, heads, channels / heads).Permute(2, 0, 3, 1, 4); // [3,windows,heads,area,width]
        var scores = (parts.Select(0, 0) * Math.Pow(channels / heads, -0.5)).MatMul(parts.Select(0, 1).Transpose(2, 3)) + Positions(x.Device);
        if (down + aside > 0)
        {
            var sides = Tensor.From(Sides(rows, columns, down, aside), 1, count, 1, area, area).To(x.Device);
            scores = (scores.Reshape(n, count, heads, area, area) + sides).Reshape(n * count, heads, area, area);
        }
        h = projection.Forward(Functional.Softmax(scores, 3).MatMul(parts.Select(0, 2)).Transpose(1, 2).Reshape(n * count, area, channels));

        h = h.Reshape(n, across, along, window, window, channels).Permute(0, 1, 3, 2, 4, 5).Reshape(n, rows, columns, channels);
        h = down + aside > 0 ? h.Roll([down, aside], [1, 2]) : h;
        return scope.Return(h.Slice(1, 0, height).Slice(2, 0, width));
    }

    /// <inheritdoc/>
    protected override void Reset(Func<string, Parameter, Tensor> uniform) => table.Assign((uniform("relative_position_bias_table", table) - 0.5) * 0.04);

    // [1,heads,area,area].
    private Tensor Positions(Device device)
    {
        int area = window * window;
        var index = Tensor.From(relative, relative.Length).To(device);
        return Functional.Embedding(table.Value, index).Reshape(area, area, heads).Permute(2, 0, 1).Unsqueeze(0);
    }

    // Patches of one window that the roll brought together from two sides of the map do not see each other.
    private float[] Sides(long rows, long columns, long down, long aside)
    {
        long Side(long position, long size, long moved) => position < size - window ? 0 : position < size - moved ? 1 : 2;
        int area = window * window;
        long along = columns / window, count = rows / window * along;
        var mask = new float[count * area * area];
        for (long w = 0; w < count; w++)
        {
            long Region(int patch) =>
                (3 * Side((w / along * window) + (patch / window), rows, down)) + Side((w % along * window) + (patch % window), columns, aside);
            for (int i = 0; i < area; i++)
            {
                for (int j = 0; j < area; j++)
                {
                    mask[(((w * area) + i) * area) + j] = Region(i) == Region(j) ? 0 : Apart;
                }
            }
        }
        return mask;
    }
}
