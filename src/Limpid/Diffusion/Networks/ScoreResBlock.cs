using Limpid.Torch;
using Limpid.Torch.Layers;

namespace Limpid.Diffusion.Networks;

/// <summary>The BigGAN residual block of score_sde: it may resample, and divides its sum by √2.</summary>
internal sealed class ScoreResBlock : Module
{
    private readonly GroupNorm norm0;
    private readonly Conv2d conv0;
    private readonly Linear dense;
    private readonly GroupNorm norm1;
    private readonly Conv2d conv1;
    private readonly Conv2d? conv2;
    private readonly Resampling resampling;
    private readonly bool fir;

    public ScoreResBlock(int inChannels, int outChannels, int embeddingWidth, Resampling resampling, bool fir)
    {
        this.resampling = resampling;
        this.fir = fir;
        norm0 = Add("GroupNorm_0", new GroupNorm(Math.Min(inChannels / 4, 32), inChannels, 1e-6));
        conv0 = Add("Conv_0", new Conv2d(inChannels, outChannels, 3, padding: 1));
        dense = Add("Dense_0", new Linear(embeddingWidth, outChannels));
        norm1 = Add("GroupNorm_1", new GroupNorm(Math.Min(outChannels / 4, 32), outChannels, 1e-6));
        conv1 = Add("Conv_1", new Conv2d(outChannels, outChannels, 3, padding: 1, zero: true));
        conv2 = inChannels == outChannels && resampling == Resampling.None ? null : Add("Conv_2", new Conv2d(inChannels, outChannels, 1));
    }

    public Tensor Forward(Tensor x, Tensor activatedEmbedding)
    {
        using var scope = TensorScope.Begin();
        var h = conv0.Forward(Resample(norm0.ForwardSilu(x))) + dense.Forward(activatedEmbedding).Unsqueeze(2).Unsqueeze(3);
        h = conv1.Forward(norm1.ForwardSilu(h));
        var shortcut = Resample(x);
        return scope.Return(((conv2?.Forward(shortcut) ?? shortcut) + h) * Math.Sqrt(0.5));
    }

    private Tensor Resample(Tensor x) => (resampling, fir) switch
    {
        (Resampling.Up, true) => FirFilter.Up(x),
        (Resampling.Up, false) => Functional.UpsampleNearest(x, x.Size(2) * 2, x.Size(3) * 2),
        (Resampling.Down, true) => FirFilter.Down(x),
        (Resampling.Down, false) => Functional.AvgPool2d(x, 2, 2),
        _ => x,
    };
}

/// <summary>Self-attention of one head; its sum is divided by √2 as well.</summary>
internal sealed class ScoreAttention : Module
{
    private readonly GroupNorm norm;
    private readonly ChannelMix q;
    private readonly ChannelMix k;
    private readonly ChannelMix v;
    private readonly ChannelMix projection;

    public ScoreAttention(int channels)
    {
        norm = Add("GroupNorm_0", new GroupNorm(Math.Min(channels / 4, 32), channels, 1e-6));
        q = Add("NIN_0", new ChannelMix(channels));
        k = Add("NIN_1", new ChannelMix(channels));
        v = Add("NIN_2", new ChannelMix(channels));
        projection = Add("NIN_3", new ChannelMix(channels));
    }

    public Tensor Forward(Tensor x)
    {
        using var scope = TensorScope.Begin();
        var h = norm.Forward(x);
        var attended = SingleHeadAttention.Attend(q.Forward(h), k.Forward(h), v.Forward(h));
        return scope.Return((x + projection.Forward(attended)) * Math.Sqrt(0.5));
    }
}

/// <summary>A 1×1 convolution stored as a matrix <c>W</c> [in,out] and <c>b</c> [out].</summary>
internal sealed class ChannelMix : Module
{
    private readonly Parameter weight;
    private readonly Parameter bias;

    public ChannelMix(int channels)
    {
        weight = AddParameter("W", channels, channels);
        bias = AddParameter("b", channels);
    }

    public Tensor Forward(Tensor x)
    {
        using var scope = TensorScope.Begin();
        return scope.Return(Functional.Conv2d(x, weight.Value.Transpose(0, 1).Unsqueeze(2).Unsqueeze(3), bias.Value));
    }

    /// <inheritdoc/>
    protected override void Reset(Func<string, Parameter, Tensor> uniform) => Initial.FanIn(weight, bias, zero: false, uniform);
}
