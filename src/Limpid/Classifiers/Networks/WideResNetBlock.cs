using Limpid.Torch;
using Limpid.Torch.Layers;

namespace Limpid.Classifiers.Networks;

/// <summary>Pre-activation block of a wide ResNet: normalization, activation, 3×3 convolution, twice, and a shortcut.</summary>
internal sealed class WideResNetBlock : Module
{
    private readonly WideResNetLayout layout;
    private readonly int index;
    private readonly bool padsAfter;
    private readonly BatchNorm2d norm1;
    private readonly Conv2d conv1;
    private readonly BatchNorm2d norm2;
    private readonly Conv2d conv2;
    private readonly Conv2d? shortcut;

    public WideResNetBlock(WideResNetLayout layout, int from, int to, int stride, int index)
    {
        this.layout = layout;
        this.index = index;
        padsAfter = stride == 2 && layout.PadsAfterOnly;
        norm1 = Add(layout.Norm1, new BatchNorm2d(from));
        conv1 = Add(layout.Conv1, new Conv2d(from, to, 3, layout.StridesLate ? 1 : stride, padsAfter ? 0 : 1, layout.IsBiased));
        norm2 = Add(layout.Norm2, new BatchNorm2d(to));
        conv2 = Add(layout.Conv2, new Conv2d(to, to, 3, layout.StridesLate ? stride : 1, 1, layout.IsBiased));
        shortcut = from == to ? null : Add(layout.Shortcut, new Conv2d(from, to, 1, stride, bias: layout.IsBiased));
    }

    /// <summary>[N,from,H,W] → [N,to,H/stride,W/stride]; the tap is the activation before the second convolution.</summary>
    public Tensor Forward(Tensor x, ForwardPass pass, bool tapped)
    {
        using var scope = TensorScope.Begin();
        var activated = layout.Activate(norm1, x);
        var h = conv1.Forward(padsAfter ? activated.Pad([0, 1, 0, 1]) : activated);
        h = layout.StridesLate ? Drop(h, pass) : h;
        h = layout.Activate(norm2, h);
        if (tapped)
        {
            pass.Taps?.Add(h);
        }
        h = conv2.Forward(layout.StridesLate ? h : Drop(h, pass));
        return scope.Return(h + (shortcut is null ? x : shortcut.Forward(layout.ShortcutIsRaw ? x : activated)));
    }

    private Tensor Drop(Tensor h, ForwardPass pass) => Dropout.Apply(h, layout.Dropout, index, IsTraining, pass);
}
