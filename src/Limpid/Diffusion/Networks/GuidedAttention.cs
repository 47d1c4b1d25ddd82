using Limpid.Torch;
using Limpid.Torch.Layers;

namespace Limpid.Diffusion.Networks;

/// <summary>Self-attention over the positions of a feature map, with a residual sum.</summary>
internal sealed class GuidedAttention : Module
{
    private readonly GroupNorm norm;
    private readonly Parameter qkvWeight;
    private readonly Parameter qkvBias;
    private readonly Parameter projectionWeight;
    private readonly Parameter projectionBias;
    private readonly int heads;
    private readonly bool newOrder;

    public GuidedAttention(int channels, int heads, int headChannels, bool newOrder)
    {
        this.heads = headChannels > 0 ? channels / headChannels : heads;
        this.newOrder = newOrder;
        norm = Add("norm", new GroupNorm(32, channels));
        qkvWeight = AddParameter("qkv.weight", 3 * channels, channels, 1);
        qkvBias = AddParameter("qkv.bias", 3 * channels);
        projectionWeight = AddParameter("proj_out.weight", channels, channels, 1);
        projectionBias = AddParameter("proj_out.bias", channels);
    }

    /// <summary>[N,C,H,W] → the same shape.</summary>
    public Tensor Forward(Tensor x)
    {
        using var scope = TensorScope.Begin();
        long n = x.Size(0), channels = x.Size(1), length = x.Size(2) * x.Size(3), width = channels / heads;
        var flat = x.Reshape(n, channels, length);
        var qkv = Functional.Conv1d(norm.Forward(flat), qkvWeight.Value, qkvBias.Value); // [N,3C,L]
        Tensor[] parts = newOrder
            ? Array.ConvertAll(qkv.Chunk(3, 1), part => part.Reshape(n * heads, width, length))
            : qkv.Reshape(n * heads, 3 * width, length).Chunk(3, 1);
        var attended = Functional.Attention(parts[0], parts[1], parts[2], 1 / Math.Sqrt(width)).Reshape(n, channels, length);
        return scope.Return(Functional.Conv1d(attended, projectionWeight.Value, projectionBias.Value, addend: flat).Reshape(x.Shape));
    }

    /// <inheritdoc/>
    protected override void Reset(Func<string, Parameter, Tensor> uniform)
    {
        Initial.FanIn(qkvWeight, qkvBias, zero: false, (name, p) => uniform("qkv." + name, p));
        Initial.FanIn(projectionWeight, projectionBias, zero: true, uniform);
    }
}
