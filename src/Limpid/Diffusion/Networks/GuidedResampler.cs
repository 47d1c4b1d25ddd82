using Limpid.Torch;
using Limpid.Torch.Layers;

namespace Limpid.Diffusion.Networks;

/// <summary>Halves the resolution: a strided convolution, or the mean of 2×2 pixels.</summary>
internal sealed class GuidedDownsample : Module
{
    private readonly Conv2d? op;

    public GuidedDownsample(int channels, bool convolve) => op = convolve ? Add("op", new Conv2d(channels, channels, 3, stride: 2, padding: 1)) : null;

    public Tensor Forward(Tensor x) => op is null ? Functional.AvgPool2d(x, 2, 2) : op.Forward(x);
}

/// <summary>Doubles the resolution: nearest neighbors, then a convolution unless switched off.</summary>
internal sealed class GuidedUpsample : Module
{
    private readonly Conv2d? conv;

    public GuidedUpsample(int channels, bool convolve) => conv = convolve ? Add("conv", new Conv2d(channels, channels, 3, padding: 1)) : null;

    public Tensor Forward(Tensor x)
    {
        using var scope = TensorScope.Begin();
        var large = Functional.UpsampleNearest(x, x.Size(2) * 2, x.Size(3) * 2);
        return scope.Return(conv is null ? large : conv.Forward(large));
    }
}
