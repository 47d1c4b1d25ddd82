using Limpid.Torch;
using Limpid.Torch.Layers;

namespace Limpid.Diffusion.Networks;

/// <summary>Resampling with the separable filter (1,3,3,1)/8, each channel by itself.</summary>
internal static class FirFilter
{
    private static readonly double[] Taps = [0.125, 0.375, 0.375, 0.125];

    /// <summary>[N,C,H,W] → [N,C,2H,2W].</summary>
    public static Tensor Up(Tensor x)
    {
        using var scope = TensorScope.Begin();
        return scope.Return(Functional.ConvTranspose2d(x, Filters(x, 4), stride: 2, padding: 1, groups: (int)x.Size(1)));
    }

    /// <summary>[N,C,H,W] → [N,C,H/2,W/2].</summary>
    public static Tensor Down(Tensor x)
    {
        using var scope = TensorScope.Begin();
        return scope.Return(Functional.Conv2d(x, Filters(x, 1), stride: 2, padding: 1, groups: (int)x.Size(1)));
    }

    /// <summary>Filters without resampling, zeros outside: [N,C,H,W] → [N,C,H+2·padding−3,…].</summary>
    public static Tensor Blur(Tensor x, int padding)
    {
        using var scope = TensorScope.Begin();
        return scope.Return(Functional.Conv2d(x, Filters(x, 1), padding: padding, groups: (int)x.Size(1)));
    }

    private static Tensor Filters(Tensor x, double gain)
    {
        using var scope = TensorScope.Begin();
        double[] kernel = [.. Taps.SelectMany(row => Taps.Select(column => gain * row * column))];
        return scope.Return(Tensor.From(kernel, 1, 1, 4, 4).To(x.DType).To(x.Device).Repeat(x.Size(1), 1, 1, 1));
    }
}

/// <summary>A 3×3 convolution that halves the resolution after filtering.</summary>
internal sealed class FirDownsample : Module
{
    private readonly Conv2d conv;

    public FirDownsample(int inChannels, int outChannels) => conv = Add("Conv2d_0", new Conv2d(inChannels, outChannels, 3, stride: 2));

    public Tensor Forward(Tensor x)
    {
        using var scope = TensorScope.Begin();
        return scope.Return(conv.Forward(FirFilter.Blur(x, 2)));
    }
}
