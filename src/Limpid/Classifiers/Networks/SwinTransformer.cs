using Limpid.Torch;
using Limpid.Torch.Layers;

namespace Limpid.Classifiers.Networks;

/// <summary>The Swin transformer (Liu et al. 2021) in the shape and names of torchvision.</summary>
/// <remarks>Taps: the output of each stage. For use, not for training: it has no stochastic depth.</remarks>
public sealed class SwinTransformer : ClassifierNetwork, IFeatureNetwork
{
    private readonly Conv2d patches;
    private readonly LayerNorm patchNorm;
    private readonly List<(SwinMerging? Merging, SwinBlock[] Blocks)> stages = [];
    private readonly LayerNorm norm;
    private readonly Linear head;

    /// <summary>Creates the network with zero weights.</summary>
    /// <param name="layout">Shape; Swin-T unless given.</param>
    /// <param name="classes">Number of classes.</param>
    /// <param name="channels">Channels of the images.</param>
    public SwinTransformer(SwinLayout? layout = null, int classes = 1000, int channels = 3)
    {
        layout ??= new SwinLayout();
        ClassCount = classes;
        int width = layout.Width;
        patches = Add("features.0.0", new Conv2d(channels, width, layout.Patch, stride: layout.Patch));
        patchNorm = Add("features.0.2", new LayerNorm([width]));
        for (int s = 0; s < layout.Depths.Count; s++)
        {
            var merging = s == 0 ? null : Add($"features.{2 * s}", new SwinMerging(width));
            width = s == 0 ? width : 2 * width;
            var blocks = new SwinBlock[layout.Depths[s]];
            for (int i = 0; i < blocks.Length; i++)
            {
                blocks[i] = Add($"features.{(2 * s) + 1}.{i}", new SwinBlock(width, layout.Heads[s], layout.Window, i % 2 == 0 ? 0 : layout.Window / 2, layout.MlpRatio));
            }
            stages.Add((merging, blocks));
        }
        FeatureCount = width;
        norm = Add("norm", new LayerNorm([width]));
        head = Add("head", new Linear(width, classes));
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
        var h = patchNorm.Forward(patches.Forward(images).Permute(0, 2, 3, 1)); // channels last from here on
        foreach (var (merging, blocks) in stages)
        {
            h = merging?.Forward(h) ?? h;
            foreach (var block in blocks)
            {
                h = block.Forward(h);
            }
            pass.Taps?.Add(h.Permute(0, 3, 1, 2));
        }
        return scope.Return(norm.Forward(h).Mean([1, 2]));
    }
}

/// <summary>Joins patches two by two: half the resolution, twice the channels.</summary>
internal sealed class SwinMerging : Module
{
    private readonly LayerNorm norm;
    private readonly Linear reduction;

    public SwinMerging(int channels)
    {
        norm = Add("norm", new LayerNorm([4 * channels]));
        reduction = Add("reduction", new Linear(4 * channels, 2 * channels, bias: false));
    }

    /// <summary>[N,H,W,C] → [N,⌈H/2⌉,⌈W/2⌉,2C].</summary>
    public Tensor Forward(Tensor x)
    {
        using var scope = TensorScope.Begin();
        long height = x.Size(1), width = x.Size(2);
        var even = x.Pad([0, 0, 0, width % 2, 0, height % 2]);
        Tensor Every(long row, long column) => even.Slice(1, row, even.Size(1), 2).Slice(2, column, even.Size(2), 2);
        return scope.Return(reduction.Forward(norm.Forward(Tensor.Concat([Every(0, 0), Every(1, 0), Every(0, 1), Every(1, 1)], 3))));
    }
}

/// <summary>Attention within windows, then a hidden layer, each behind a norm and beside a shortcut.</summary>
internal sealed class SwinBlock : Module
{
    private readonly LayerNorm norm1;
    private readonly SwinAttention attention;
    private readonly LayerNorm norm2;
    private readonly Linear hidden;
    private readonly Linear output;

    public SwinBlock(int channels, int heads, int window, int shift, double mlpRatio)
    {
        int wide = (int)(channels * mlpRatio);
        norm1 = Add("norm1", new LayerNorm([channels]));
        attention = Add("attn", new SwinAttention(channels, heads, window, shift));
        norm2 = Add("norm2", new LayerNorm([channels]));
        hidden = Add("mlp.0", new Linear(channels, wide));
        output = Add("mlp.3", new Linear(wide, channels));
    }

    /// <summary>[N,H,W,C] → the same shape.</summary>
    public Tensor Forward(Tensor x)
    {
        using var scope = TensorScope.Begin();
        var h = x + attention.Forward(norm1.Forward(x));
        return scope.Return(h + output.Forward(hidden.Forward(norm2.Forward(h)).Gelu()));
    }
}
