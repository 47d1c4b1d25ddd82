using Limpid.Torch;
using Limpid.Torch.Layers;

namespace Limpid.Purification.Networks;

/// <summary>One block of a <see cref="DadDenoiser"/>.</summary>
internal abstract class DenoiserBlock : Module
{
    /// <summary>[N,C,H,W] → [N,C',H/stride,W/stride].</summary>
    public abstract Tensor Forward(Tensor x);
}

/// <summary>3×3 convolution, batch normalization, ReLU.</summary>
internal sealed class DenoiserConv : DenoiserBlock
{
    private readonly Conv2d conv;
    private readonly BatchNorm2d bn;

    public DenoiserConv(int from, int to, int stride)
    {
        conv = Add("conv", new Conv2d(from, to, 3, stride, padding: 1, bias: false));
        bn = Add("bn", new BatchNorm2d(to));
    }

    public override Tensor Forward(Tensor x)
    {
        using var scope = TensorScope.Begin();
        return scope.Return(bn.Forward(conv.Forward(x)).Relu());
    }
}

/// <summary>The bottleneck of ResNet with squeeze and excitation (Hu et al., CVPR 2018) before the sum.</summary>
internal sealed class DenoiserBottleneck : DenoiserBlock
{
    /// <summary>Output channels per unit of width.</summary>
    public const int Growth = 4;

    private readonly Conv2d conv1, conv2, conv3;
    private readonly BatchNorm2d bn1, bn2, bn3;
    private readonly Linear squeeze, excite;
    private readonly Conv2d? projection;
    private readonly BatchNorm2d? projectionNorm;

    public DenoiserBottleneck(int from, int width, int stride)
    {
        int to = width * Growth, squeezed = Math.Max(1, to / 16);
        conv1 = Add("conv1", new Conv2d(from, width, 1, bias: false));
        bn1 = Add("bn1", new BatchNorm2d(width));
        conv2 = Add("conv2", new Conv2d(width, width, 3, stride, padding: 1, bias: false));
        bn2 = Add("bn2", new BatchNorm2d(width));
        conv3 = Add("conv3", new Conv2d(width, to, 1, bias: false));
        bn3 = Add("bn3", new BatchNorm2d(to));
        squeeze = Add("se.fc.0", new Linear(to, squeezed, bias: false));
        excite = Add("se.fc.2", new Linear(squeezed, to, bias: false));
        if (stride != 1 || from != to)
        {
            projection = Add("downsample.0", new Conv2d(from, to, 1, stride, bias: false));
            projectionNorm = Add("downsample.1", new BatchNorm2d(to));
        }
    }

    public override Tensor Forward(Tensor x)
    {
        using var scope = TensorScope.Begin();
        var h = bn1.Forward(conv1.Forward(x)).Relu();
        h = bn2.Forward(conv2.Forward(h)).Relu();
        h = bn3.Forward(conv3.Forward(h));
        var weights = excite.Forward(squeeze.Forward(Functional.GlobalAvgPool(h)).Relu()).Sigmoid();
        var shortcut = projection is null ? x : projectionNorm!.Forward(projection.Forward(x));
        return scope.Return((h * weights.Unsqueeze(2).Unsqueeze(3) + shortcut).Relu());
    }
}
