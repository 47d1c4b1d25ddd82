using Limpid.Torch;
using Limpid.Torch.Layers;

namespace Limpid.Purification.Networks;

/// <summary>Layer normalization over the channels of each pixel; parameters <c>g</c> and <c>b</c> [1,C,1,1].</summary>
internal sealed class ChannelNorm : Module
{
    private const double Epsilon = 1e-5;

    private readonly Parameter gain;
    private readonly Parameter bias;

    public ChannelNorm(int channels)
    {
        gain = AddParameter("g", 1, channels, 1, 1);
        bias = AddParameter("b", 1, channels, 1, 1);
        using var scope = TensorScope.Begin();
        Initial.Affine(gain, bias);
    }

    /// <summary>[N,C,H,W] → the same shape.</summary>
    public Tensor Forward(Tensor x)
    {
        using var scope = TensorScope.Begin();
        var centered = x - x.Mean([1], keepDimensions: true);
        var scale = (centered.Square().Mean([1], keepDimensions: true) + Epsilon).Rsqrt();
        return scope.Return(centered * scale * gain.Value + bias.Value);
    }

    /// <inheritdoc/>
    protected override void Reset(Func<string, Parameter, Tensor> uniform) => Initial.Affine(gain, bias);
}
