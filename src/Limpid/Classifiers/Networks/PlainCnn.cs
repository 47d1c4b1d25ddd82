using Limpid.Torch;
using Limpid.Torch.Layers;

namespace Limpid.Classifiers.Networks;

/// <summary>A plain convolutional network without shortcuts, small enough to train on a processor: five 3×3 convolutions with batch normalization at widths w, 2w, 2w, 4w, 4w.</summary>
/// <remarks>The resolution halves at the second and fourth convolution; then global average and a linear layer, so images may have any size.
/// At width 16 and 32×32 RGB: 15 MFLOP an image, 70,618 parameters. Taps: the output of every convolution block at the end of its resolution.</remarks>
public sealed class PlainCnn : ClassifierNetwork, IFeatureNetwork
{
    private readonly ConvNormRelu[] blocks;
    private readonly Linear linear;

    /// <summary>Creates the network with zero weights.</summary>
    /// <param name="width">Channels of the first convolution.</param>
    /// <param name="classes">Number of classes.</param>
    /// <param name="channels">Channels of the images.</param>
    public PlainCnn(int width = 16, int classes = 10, int channels = 3)
    {
        ClassCount = classes;
        blocks =
        [
            Add("blocks.0", new ConvNormRelu(channels, width, 1)),
            Add("blocks.1", new ConvNormRelu(width, 2 * width, 2)),
            Add("blocks.2", new ConvNormRelu(2 * width, 2 * width, 1)),
            Add("blocks.3", new ConvNormRelu(2 * width, 4 * width, 2)),
            Add("blocks.4", new ConvNormRelu(4 * width, 4 * width, 1)),
        ];
        linear = Add("linear", new Linear(4 * width, classes));
        FeatureCount = 4 * width;
    }

    /// <inheritdoc/>
    public override int ClassCount { get; }

    /// <inheritdoc/>
    public int FeatureCount { get; }

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
        var h = images;
        for (int i = 0; i < blocks.Length; i++)
        {
            h = blocks[i].Forward(h);
            if (i % 2 == 0)
            {
                pass.Taps?.Add(h);
            }
        }
        return scope.Return(Functional.GlobalAvgPool(h));
    }

    private sealed class ConvNormRelu : Module
    {
        private readonly Conv2d conv;
        private readonly BatchNorm2d norm;

        public ConvNormRelu(int from, int to, int stride)
        {
            conv = Add("conv", new Conv2d(from, to, 3, stride, padding: 1, bias: false));
            norm = Add("norm", new BatchNorm2d(to));
        }

        public Tensor Forward(Tensor x)
        {
            using var scope = TensorScope.Begin();
            return scope.Return(norm.ForwardRelu(conv.Forward(x)));
        }
    }
}
