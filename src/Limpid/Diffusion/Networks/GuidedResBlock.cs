using Limpid.Torch;
using Limpid.Torch.Layers;
using Limpid.Torch.Noise;

namespace Limpid.Diffusion.Networks;

/// <summary>How a residual block changes the resolution.</summary>
internal enum Resampling
{
    None,
    Up,
    Down,
}

/// <summary>The residual block of guided diffusion: norm, SiLU, convolution, twice, with the time embedding before the second norm or inside it.</summary>
internal sealed class GuidedResBlock : Module
{
    private readonly GroupNorm norm1;
    private readonly Conv2d conv1;
    private readonly Linear embedding;
    private readonly GroupNorm norm2;
    private readonly Conv2d conv2;
    private readonly Conv2d? skip;
    private readonly bool scaleShift;
    private readonly Resampling resampling;
    private readonly double dropout;
    private readonly int index;

    public GuidedResBlock(int inChannels, int outChannels, int embeddingWidth, GuidedUNetOptions options, Resampling resampling, int index)
    {
        scaleShift = options.ScaleShiftNorm;
        dropout = options.Dropout;
        this.resampling = resampling;
        this.index = index;
        norm1 = Add("in_layers.0", new GroupNorm(32, inChannels));
        conv1 = Add("in_layers.2", new Conv2d(inChannels, outChannels, 3, padding: 1));
        embedding = Add("emb_layers.1", new Linear(embeddingWidth, scaleShift ? 2 * outChannels : outChannels));
        norm2 = Add("out_layers.0", new GroupNorm(32, outChannels));
        conv2 = Add("out_layers.3", new Conv2d(outChannels, outChannels, 3, padding: 1, zero: true));
        skip = inChannels == outChannels ? null : Add("skip_connection", new Conv2d(inChannels, outChannels, 1));
    }

    /// <summary>x [N,C,H,W], activated embedding [N,E] → [N,out,H',W'].</summary>
    public Tensor Forward(Tensor x, Tensor activatedEmbedding, INoise? dropoutNoise)
    {
        using var scope = TensorScope.Begin();
        var h = conv1.Forward(Resample(norm1.ForwardSilu(x)));
        var e = embedding.Forward(activatedEmbedding).Unsqueeze(2).Unsqueeze(3);
        if (scaleShift)
        {
            var parts = e.Chunk(2, 1); // scale, shift: [N,out,1,1]
            h = norm2.ForwardSilu(h, parts[0], parts[1]);
        }
        else
        {
            h = norm2.ForwardSilu(h + e);
        }
        h = Drop(h, dropoutNoise);
        var shortcut = Resample(x);
        return scope.Return(skip is null ? conv2.Forward(h, shortcut) : skip.Forward(shortcut, conv2.Forward(h)));
    }

    private Tensor Resample(Tensor x) => resampling switch
    {
        Resampling.Up => Functional.UpsampleNearest(x, x.Size(2) * 2, x.Size(3) * 2),
        Resampling.Down => Functional.AvgPool2d(x, 2, 2),
        _ => x,
    };

    private Tensor Drop(Tensor h, INoise? noise)
    {
        if (!IsTraining || dropout == 0)
        {
            return h;
        }
        ArgumentNullException.ThrowIfNull(noise);
        var keep = noise.Uniform(NoisePurpose.Dropout, index, h.Shape[1..], h.Device).AtLeast(dropout);
        return h * keep.To(DType.Float32) * (1 / (1 - dropout));
    }
}
