using Limpid.Torch;
using Limpid.Torch.Layers;

namespace Limpid.Detection.Networks;

/// <summary>The feature network of EPS-AD (Zhang et al., ICML 2023), after that of deep-kernel tests (Liu et al., ICML 2020).</summary>
/// <remarks>
/// Convolutions 3×3 of stride 2, each with leaky ReLU 0.2 and, but for the first, batch normalization with ε = 0.8 (the
/// published program passes 0.8 as ε though it reads like a momentum). Then one linear layer. Names are those of the
/// authors' checkpoints; the head <c>adv_layer</c> is not used by the kernel.
/// </remarks>
public sealed class StridedFeaturizer : Module
{
    private readonly List<(Conv2d Conv, BatchNorm2d? Norm)> blocks = [];
    private readonly Linear feature;

    /// <summary>Creates the network with zero weights.</summary>
    /// <param name="size">Rows and columns of the square images; a multiple of 2 to the number of blocks.</param>
    /// <param name="blocks">2 for CIFAR-10, 4 for ImageNet: 16, 32, 64, 128 channels.</param>
    /// <param name="features">Number of features.</param>
    /// <param name="channels">Channels of the images.</param>
    public StridedFeaturizer(int size = 32, int blocks = 2, int features = 300, int channels = 3)
    {
        if (blocks is < 1 or > 6 || size < 1 << blocks || size % (1 << blocks) != 0 || features < 1)
        {
            throw new InputException($"a featurizer of {blocks} blocks needs square images whose side is a multiple of {1 << Math.Clamp(blocks, 1, 6)}, not {size}");
        }
        int from = channels, width = 16;
        for (int k = 0; k < blocks; k++, width *= 2)
        {
            // convolution, leaky ReLU, dropout and, from the second block on, normalization: where each stands in the list.
            int at = k == 0 ? 0 : 3 + (k - 1) * 4;
            this.blocks.Add((
                Add($"model.{at}", new Conv2d(from, width, 3, stride: 2, padding: 1)),
                k == 0 ? null : Add($"model.{at + 3}", new BatchNorm2d(width, epsilon: 0.8))));
            from = width;
        }
        int side = size >> blocks;
        feature = Add("feature", new Linear(from * side * side, features));
        (Size, FeatureCount) = (size, features);
    }

    /// <summary>Rows and columns of the images.</summary>
    public int Size { get; }

    /// <summary>Number of features.</summary>
    public int FeatureCount { get; }

    /// <summary>Features [N,FeatureCount] of vectors [N,C,H,W]; dropout is off as in evaluation.</summary>
    /// <exception cref="InputException">The images are of another size.</exception>
    public Tensor Forward(Tensor images)
    {
        if (images.Rank != 4 || images.Size(2) != Size || images.Size(3) != Size)
        {
            throw new InputException($"the featurizer reads images of {Size}x{Size}, not [{string.Join(", ", images.Shape.ToArray())}]: choose data that fit it");
        }
        using var scope = TensorScope.Begin();
        var h = images;
        foreach (var (conv, norm) in blocks)
        {
            h = conv.Forward(h).LeakyRelu(0.2);
            h = norm is null ? h : norm.Forward(h);
        }
        return scope.Return(feature.Forward(h.Reshape(h.Size(0), -1)));
    }

    /// <summary>Whether a published weight is not used by the kernel.</summary>
    public static bool IsUnused(string name)
    {
        ArgumentNullException.ThrowIfNull(name);
        return name.StartsWith("adv_layer.", StringComparison.Ordinal);
    }
}
