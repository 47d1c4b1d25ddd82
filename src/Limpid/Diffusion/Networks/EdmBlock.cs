using Limpid.Torch;
using Limpid.Torch.Layers;

namespace Limpid.Diffusion.Networks;

/// <summary>The residual block of EDM's SongUNet: norm, SiLU, convolution, twice, and attention of one head; sums are divided by √2.</summary>
internal sealed class EdmBlock : Module
{
    private const double Epsilon = 1e-6;

    private readonly GroupNorm norm0;
    private readonly EdmConv conv0;
    private readonly Linear affine;
    private readonly GroupNorm norm1;
    private readonly EdmConv conv1;
    private readonly EdmConv? skip;
    private readonly GroupNorm? norm2;
    private readonly EdmConv? qkv;
    private readonly EdmConv? projection;

    public EdmBlock(int inChannels, int outChannels, int embeddingWidth, Resampling resampling, int taps, bool attends)
    {
        (InChannels, OutChannels) = (inChannels, outChannels);
        norm0 = Add("norm0", Norm(inChannels));
        conv0 = Add("conv0", new EdmConv(inChannels, outChannels, 3, resampling, taps));
        affine = Add("affine", new Linear(embeddingWidth, outChannels));
        norm1 = Add("norm1", Norm(outChannels));
        conv1 = Add("conv1", new EdmConv(outChannels, outChannels, 3));
        skip = inChannels == outChannels && resampling == Resampling.None ? null : Add("skip", new EdmConv(inChannels, outChannels, 1, resampling, taps));
        if (attends)
        {
            norm2 = Add("norm2", Norm(outChannels));
            qkv = Add("qkv", new EdmConv(outChannels, 3 * outChannels, 1));
            projection = Add("proj", new EdmConv(outChannels, outChannels, 1));
        }
    }

    public int InChannels { get; }

    public int OutChannels { get; }

    public static GroupNorm Norm(int channels) => new(Math.Min(32, channels / 4), channels, Epsilon);

    /// <summary>x [N,in,H,W], activated embedding [N,E] → [N,out,H',W'].</summary>
    public Tensor Forward(Tensor x, Tensor embedding)
    {
        using var scope = TensorScope.Begin();
        var h = conv0.Forward(norm0.ForwardSilu(x)) + affine.Forward(embedding).Unsqueeze(2).Unsqueeze(3);
        h = conv1.Forward(norm1.ForwardSilu(h));
        h = (h + (skip?.Forward(x) ?? x)) * Math.Sqrt(0.5);
        return scope.Return(qkv is null ? h : (h + projection!.Forward(Attend(qkv.Forward(norm2!.Forward(h)), h))) * Math.Sqrt(0.5));
    }

    // q, k and v are the innermost index of the channels.
    private static Tensor Attend(Tensor qkv, Tensor like)
    {
        long n = like.Size(0), channels = like.Size(1);
        var parts = qkv.Reshape(n, channels, 3, -1);
        Tensor Part(int index) => parts.Select(2, index).Contiguous();
        return Functional.Attention(Part(0), Part(1), Part(2), 1 / Math.Sqrt(channels)).Reshape(like.Shape);
    }
}
