using Limpid.Torch;
using Limpid.Torch.Layers;

namespace Limpid.Classifiers.Networks;

/// <summary>Block of a post-activation ResNet: two 3×3 convolutions, or a bottleneck of 1×1, 3×3 (which strides) and 1×1.</summary>
internal sealed class ResNetBlock : Module
{
    private readonly Conv2d[] convs;
    private readonly BatchNorm2d[] norms;
    private readonly Conv2d? shortcut;
    private readonly BatchNorm2d? shortcutNorm;

    public ResNetBlock(ResNetLayout layout, int from, int width, int stride)
    {
        int to = width * layout.Expansion;
        bool biased = layout.IsBiased;
        convs = layout.IsBottleneck
            ? [new(from, width, 1, bias: biased), new(width, width, 3, stride, 1, biased), new(width, to, 1, bias: biased)]
            : [new(from, width, 3, stride, 1, biased), new(width, width, 3, 1, 1, biased)];
        norms = [.. convs.Select((_, i) => new BatchNorm2d(i == convs.Length - 1 ? to : width))];
        for (int i = 0; i < convs.Length; i++)
        {
            Add($"conv{i + 1}", convs[i]);
            Add($"bn{i + 1}", norms[i]);
        }
        if (stride != 1 || from != to)
        {
            shortcut = Add($"{layout.Shortcut}.0", new Conv2d(from, to, 1, stride, bias: biased));
            shortcutNorm = Add($"{layout.Shortcut}.1", new BatchNorm2d(to));
        }
    }

    /// <summary>[N,from,H,W] → [N,width·expansion,H/stride,W/stride].</summary>
    public Tensor Forward(Tensor x)
    {
        using var scope = TensorScope.Begin();
        var h = x;
        for (int i = 0; i < convs.Length; i++)
        {
            h = convs[i].Forward(h);
            h = i < convs.Length - 1 ? norms[i].ForwardRelu(h) : norms[i].Forward(h);
        }
        var skipped = shortcut is null ? x : shortcutNorm!.Forward(shortcut.Forward(x));
        return scope.Return((h + skipped).Relu());
    }
}
