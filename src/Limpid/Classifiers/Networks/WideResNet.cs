using Limpid.Torch;
using Limpid.Torch.Layers;

namespace Limpid.Classifiers.Networks;

/// <summary>The wide residual network of Zagoruyko and Komodakis (2016): three groups of n pre-activation blocks at 16k, 32k and 64k channels, 6n + 4 layers.</summary>
/// <remarks>Taps, as heterogeneous noise injection uses them: the activation before the second convolution of each group's last block, and the last activation.</remarks>
public sealed class WideResNet : ClassifierNetwork, IFeatureNetwork
{
    private readonly WideResNetLayout layout;
    private readonly Conv2d stem;
    private readonly WideResNetBlock[][] groups;
    private readonly BatchNorm2d norm;
    private readonly Linear head;

    /// <summary>Creates the network with zero weights.</summary>
    /// <param name="layout">Whose names and details.</param>
    /// <param name="depth">6n + 4: 10, 16, 28, 34, 70, …</param>
    /// <param name="width">Widening factor k.</param>
    /// <param name="classes">Number of classes.</param>
    /// <param name="channels">Channels of the images.</param>
    /// <exception cref="InputException">The depth has another form, or the width is 0.</exception>
    public WideResNet(WideResNetLayout layout, int depth, int width, int classes = 10, int channels = 3)
    {
        ArgumentNullException.ThrowIfNull(layout);
        if (depth < 10 || (depth - 4) % 6 != 0 || width < 1)
        {
            throw new InputException($"a wide ResNet {depth}-{width} does not exist: the depth is 6n + 4, such as 10, 16, 28, 34 or 70, and the width at least 1");
        }
        this.layout = layout;
        ClassCount = classes;
        FeatureCount = 64 * width;
        stem = Add(layout.Stem, new Conv2d(channels, 16, 3, padding: 1, bias: layout.IsBiased));
        int blocks = (depth - 4) / 6;
        groups = [Group(0, 16, 16 * width, 1, blocks), Group(1, 16 * width, 32 * width, 2, blocks), Group(2, 32 * width, 64 * width, 2, blocks)];
        norm = Add(layout.Norm, new BatchNorm2d(FeatureCount));
        head = Add(layout.Head, new Linear(FeatureCount, classes));
    }

    /// <inheritdoc/>
    public override int ClassCount { get; }

    /// <inheritdoc/>
    public int FeatureCount { get; }

    /// <inheritdoc/>
    public override Tensor Forward(Tensor images, ForwardPass pass)
    {
        using var scope = TensorScope.Begin();
        return scope.Return(head.Forward(Features(images, pass)));
    }

    /// <inheritdoc/>
    public Tensor Features(Tensor images, ForwardPass pass)
    {
        using var scope = TensorScope.Begin();
        var h = stem.Forward(images);
        foreach (var group in groups)
        {
            for (int i = 0; i < group.Length; i++)
            {
                h = group[i].Forward(h, pass, tapped: i == group.Length - 1);
            }
        }
        h = layout.Activate(norm, h);
        pass.Taps?.Add(h);
        return scope.Return(Functional.GlobalAvgPool(h));
    }

    private WideResNetBlock[] Group(int number, int from, int to, int stride, int blocks) =>
        [.. Enumerable.Range(0, blocks).Select(i => Add(
            $"{layout.GroupName(number)}.{i}",
            new WideResNetBlock(layout, i == 0 ? from : to, to, i == 0 ? stride : 1, number * blocks + i)))];
}
