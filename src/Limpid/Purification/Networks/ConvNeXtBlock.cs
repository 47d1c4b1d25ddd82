using Limpid.Torch;
using Limpid.Torch.Layers;

namespace Limpid.Purification.Networks;

/// <summary>A ConvNeXt block as Cold Diffusion builds it: depthwise 7×7, time, channel norm, two 3×3 convolutions around a GELU, and a shortcut.</summary>
internal sealed class ConvNeXtBlock : Module
{
    private const int Growth = 2;

    private readonly Linear? timeShift;
    private readonly Conv2d depthwise;
    private readonly ChannelNorm? norm;
    private readonly Conv2d widen;
    private readonly Conv2d narrow;
    private readonly Conv2d? shortcut;

    /// <param name="from">Channels in.</param>
    /// <param name="to">Channels out.</param>
    /// <param name="time">Width of the time features; 0 for a block that does not know the time.</param>
    /// <param name="normalizes">False for the very first block, which reads pixels.</param>
    public ConvNeXtBlock(int from, int to, int time, bool normalizes = true)
    {
        timeShift = time > 0 ? Add("mlp.1", new Linear(time, from)) : null;
        depthwise = Add("ds_conv", new Conv2d(from, from, 7, padding: 3, groups: from));
        norm = normalizes ? Add("net.0", new ChannelNorm(from)) : null;
        widen = Add("net.1", new Conv2d(from, Growth * to, 3, padding: 1));
        narrow = Add("net.3", new Conv2d(Growth * to, to, 3, padding: 1));
        shortcut = from == to ? null : Add("res_conv", new Conv2d(from, to, 1));
    }

    /// <summary>[N,from,H,W] → [N,to,H,W].</summary>
    /// <param name="x">The features.</param>
    /// <param name="time">[N,time]; null where the block does not know it.</param>
    public Tensor Forward(Tensor x, Tensor? time)
    {
        using var scope = TensorScope.Begin();
        var h = depthwise.Forward(x);
        if (timeShift is not null)
        {
            h += timeShift.Forward(time!.Gelu()).Unsqueeze(2).Unsqueeze(3);
        }
        h = norm?.Forward(h) ?? h;
        h = narrow.Forward(widen.Forward(h).Gelu());
        return scope.Return(h + (shortcut?.Forward(x) ?? x));
    }
}
