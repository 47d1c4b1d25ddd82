using Limpid.Torch;
using Limpid.Torch.Layers;

namespace Limpid.Purification.Networks;

/// <summary>Linear attention over positions behind a channel norm, added to its input: time and memory grow with the number of pixels, not its square (Shen et al., WACV 2021).</summary>
internal sealed class LinearAttention : Module
{
    private readonly ChannelNorm norm;
    private readonly Conv2d toQkv;
    private readonly Conv2d toOut;
    private readonly int heads;
    private readonly int width;

    public LinearAttention(int channels, int heads, int width)
    {
        (this.heads, this.width) = (heads, width);
        norm = Add("fn.norm", new ChannelNorm(channels));
        toQkv = Add("fn.fn.to_qkv", new Conv2d(channels, 3 * heads * width, 1, bias: false));
        toOut = Add("fn.fn.to_out", new Conv2d(heads * width, channels, 1));
    }

    /// <summary>[N,C,H,W] → the same shape.</summary>
    public Tensor Forward(Tensor x)
    {
        using var scope = TensorScope.Begin();
        long n = x.Size(0), rows = x.Size(2), columns = x.Size(3);
        var qkv = toQkv.Forward(norm.Forward(x)).Chunk(3, 1); // each [N,heads·width,H,W]
        Tensor PerHead(Tensor part) => part.Reshape(n * heads, width, rows * columns);
        var q = PerHead(qkv[0]) * (1 / Math.Sqrt(width));
        var k = Functional.Softmax(PerHead(qkv[1]), 2);
        var context = k.BatchMatMul(PerHead(qkv[2]).Transpose(1, 2)); // [N·heads,width,width]: what each key feature says of each value
        var attended = context.Transpose(1, 2).BatchMatMul(q).Reshape(n, heads * width, rows, columns);
        return scope.Return(toOut.Forward(attended) + x);
    }
}
