using Limpid.Torch;
using Limpid.Torch.Layers;

namespace Limpid.Classifiers.Networks;

/// <summary>The CIFAR ResNet of He et al. (2016, section 4.2) with shortcuts of option A, named as in akamaster's published weights.</summary>
/// <remarks>Three stages of n blocks at 16, 32 and 64 channels: 6n + 2 layers. Taps: the output of each stage.</remarks>
public sealed class CifarResNet : ClassifierNetwork, IFeatureNetwork
{
    private readonly Conv2d conv1;
    private readonly BatchNorm2d bn1;
    private readonly PlainShortcutBlock[][] stages;
    private readonly Linear linear;

    /// <summary>Creates the network with zero weights.</summary>
    /// <param name="depth">6n + 2: 20, 32, 44, 56, 110, …</param>
    /// <param name="classes">Number of classes.</param>
    /// <exception cref="InputException">The depth has another form.</exception>
    public CifarResNet(int depth, int classes = 10)
    {
        if (depth < 8 || (depth - 2) % 6 != 0)
        {
            throw new InputException($"a CIFAR ResNet of depth {depth} does not exist: the depth is 6n + 2, such as 20, 32, 44, 56 or 110");
        }
        ClassCount = classes;
        conv1 = Add("conv1", new Conv2d(3, 16, 3, padding: 1, bias: false));
        bn1 = Add("bn1", new BatchNorm2d(16));
        stages = [Stage(1, 16, 16, depth), Stage(2, 16, 32, depth), Stage(3, 32, 64, depth)];
        linear = Add("linear", new Linear(64, classes));
    }

    /// <inheritdoc/>
    public override int ClassCount { get; }

    /// <inheritdoc/>
    public int FeatureCount => 64;

    /// <inheritdoc/>
    public override Tensor Forward(Tensor images, ForwardPass pass)
    {
        using var scope = TensorScope.Begin();
        return scope.Return(linear.Forward(Features(images, pass)));
    }

    /// <inheritdoc/>
    public Tensor Features(Tensor images, ForwardPass pass)
    {
        using var scope = TensorScope.Begin();
        var h = bn1.ForwardRelu(conv1.Forward(images));
        foreach (var stage in stages)
        {
            foreach (var block in stage)
            {
                h = block.Forward(h);
            }
            pass.Taps?.Add(h);
        }
        return scope.Return(Functional.GlobalAvgPool(h));
    }

    private PlainShortcutBlock[] Stage(int number, int from, int to, int depth) =>
        [.. Enumerable.Range(0, (depth - 2) / 6).Select(i => Add($"layer{number}.{i}", new PlainShortcutBlock(i == 0 ? from : to, to)))];

    /// <summary>Two 3×3 convolutions and a shortcut without weights: every second pixel, new channels zero, a half on each side.</summary>
    private sealed class PlainShortcutBlock : Module
    {
        private readonly int added;
        private readonly Conv2d conv1;
        private readonly BatchNorm2d bn1;
        private readonly Conv2d conv2;
        private readonly BatchNorm2d bn2;

        public PlainShortcutBlock(int from, int to)
        {
            added = to - from;
            conv1 = Add("conv1", new Conv2d(from, to, 3, stride: added > 0 ? 2 : 1, padding: 1, bias: false));
            bn1 = Add("bn1", new BatchNorm2d(to));
            conv2 = Add("conv2", new Conv2d(to, to, 3, padding: 1, bias: false));
            bn2 = Add("bn2", new BatchNorm2d(to));
        }

        public Tensor Forward(Tensor x)
        {
            using var scope = TensorScope.Begin();
            var h = bn1.ForwardRelu(conv1.Forward(x));
            return scope.Return((bn2.Forward(conv2.Forward(h)) + Shortcut(x)).Relu());
        }

        private Tensor Shortcut(Tensor x) => added == 0 ? x
            : x.Slice(2, 0, x.Size(2), 2).Slice(3, 0, x.Size(3), 2).Pad([0, 0, 0, 0, added / 2, added / 2]);
    }
}
