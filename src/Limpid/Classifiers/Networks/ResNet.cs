using Limpid.Torch;
using Limpid.Torch.Layers;

namespace Limpid.Classifiers.Networks;

/// <summary>The residual network of He et al. (2016) in the shapes and names of torchvision, RobustBench, DiffPure and DAD.</summary>
/// <remarks>Taps: the output of each stage.</remarks>
public sealed class ResNet : ClassifierNetwork, IFeatureNetwork
{
    private readonly bool hasSmallStem;
    private readonly Conv2d conv1;
    private readonly BatchNorm2d bn1;
    private readonly ResNetBlock[][] stages;
    private readonly Linear head;

    /// <summary>Creates the network with zero weights.</summary>
    /// <param name="layout">Shape and names.</param>
    /// <param name="classes">Number of classes.</param>
    /// <param name="channels">Channels of the images.</param>
    public ResNet(ResNetLayout layout, int classes = 10, int channels = 3)
    {
        ArgumentNullException.ThrowIfNull(layout);
        ClassCount = classes;
        hasSmallStem = layout.HasSmallStem;
        conv1 = Add("conv1", hasSmallStem
            ? new Conv2d(channels, layout.StemWidth, 3, padding: 1, bias: layout.IsBiased)
            : new Conv2d(channels, layout.StemWidth, 7, stride: 2, padding: 3, bias: layout.IsBiased));
        bn1 = Add("bn1", new BatchNorm2d(layout.StemWidth));
        int from = layout.StemWidth;
        stages = new ResNetBlock[layout.Blocks.Count][];
        for (int s = 0; s < stages.Length; s++)
        {
            stages[s] = new ResNetBlock[layout.Blocks[s]];
            for (int i = 0; i < stages[s].Length; i++)
            {
                stages[s][i] = Add($"layer{s + 1}.{i}", new ResNetBlock(layout, from, layout.Widths[s], i == 0 && s > 0 ? 2 : 1));
                from = layout.Widths[s] * layout.Expansion;
            }
        }
        FeatureCount = from;
        head = Add(layout.Head, new Linear(from, classes));
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
        var h = bn1.ForwardRelu(conv1.Forward(images));
        h = hasSmallStem ? h : Functional.MaxPool2d(h, 3, 2, padding: 1);
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
}
