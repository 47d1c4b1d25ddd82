using Limpid.Torch;
using Limpid.Torch.Layers;

namespace Limpid.Diffusion.Networks;

/// <summary>The residual block of score_sde, BigGAN's, which may resample, or DDPM's, which does not.</summary>
internal sealed class ScoreResBlock : Module
{
    private readonly ScoreSdeUNetOptions options;
    private readonly GroupNorm norm0;
    private readonly Conv2d conv0;
    private readonly Linear dense;
    private readonly GroupNorm norm1;
    private readonly Conv2d conv1;
    private readonly Conv2d? conv2;
    private readonly ChannelMix? mix;
    private readonly Resampling resampling;

    public ScoreResBlock(int inChannels, int outChannels, ScoreSdeUNetOptions options, Resampling resampling)
    {
        this.options = options;
        this.resampling = resampling;
        norm0 = Add("GroupNorm_0", ScoreActivation.Norm(inChannels));
        conv0 = Add("Conv_0", new Conv2d(inChannels, outChannels, 3, padding: 1));
        dense = Add("Dense_0", new Linear(4 * options.ModelChannels, outChannels));
        norm1 = Add("GroupNorm_1", ScoreActivation.Norm(outChannels));
        conv1 = Add("Conv_1", new Conv2d(outChannels, outChannels, 3, padding: 1, zero: true));
        bool changes = inChannels != outChannels;
        conv2 = !options.DdpmBlocks && (changes || resampling != Resampling.None) ? Add("Conv_2", new Conv2d(inChannels, outChannels, 1)) : null;
        mix = options.DdpmBlocks && changes ? Add("NIN_0", new ChannelMix(inChannels, outChannels)) : null;
    }

    public Tensor Forward(Tensor x, Tensor activatedEmbedding)
    {
        using var scope = TensorScope.Begin();
        var h = conv0.Forward(Resample(options.Activate(norm0, x))) + dense.Forward(activatedEmbedding).Unsqueeze(2).Unsqueeze(3);
        var shortcut = Resample(x);
        shortcut = conv2?.Forward(shortcut) ?? mix?.Forward(shortcut) ?? shortcut;
        return scope.Return(conv1.Forward(options.Activate(norm1, h), shortcut) * options.SumScale);
    }

    private Tensor Resample(Tensor x) => (resampling, options.Fir) switch
    {
        (Resampling.Up, true) => FirFilter.Up(x),
        (Resampling.Up, false) => Functional.UpsampleNearest(x, x.Size(2) * 2, x.Size(3) * 2),
        (Resampling.Down, true) => FirFilter.Down(x),
        (Resampling.Down, false) => Functional.AvgPool2d(x, 2, 2),
        _ => x,
    };
}

/// <summary>Self-attention of one head with a residual sum.</summary>
internal sealed class ScoreAttention : Module
{
    private readonly double sumScale;
    private readonly GroupNorm norm;
    private readonly ChannelMix q;
    private readonly ChannelMix k;
    private readonly ChannelMix v;
    private readonly ChannelMix projection;

    public ScoreAttention(int channels, double sumScale)
    {
        this.sumScale = sumScale;
        norm = Add("GroupNorm_0", ScoreActivation.Norm(channels));
        q = Add("NIN_0", new ChannelMix(channels, channels));
        k = Add("NIN_1", new ChannelMix(channels, channels));
        v = Add("NIN_2", new ChannelMix(channels, channels));
        projection = Add("NIN_3", new ChannelMix(channels, channels));
    }

    public Tensor Forward(Tensor x)
    {
        using var scope = TensorScope.Begin();
        var h = norm.Forward(x);
        var attended = SingleHeadAttention.Attend(q.Forward(h), k.Forward(h), v.Forward(h));
        return scope.Return(projection.Forward(attended, x) * sumScale);
    }
}

/// <summary>A 1×1 convolution stored as a matrix <c>W</c> [in,out] and <c>b</c> [out].</summary>
internal sealed class ChannelMix : Module
{
    private readonly Parameter weight;
    private readonly Parameter bias;

    public ChannelMix(int inChannels, int outChannels)
    {
        weight = AddParameter("W", inChannels, outChannels);
        bias = AddParameter("b", outChannels);
    }

    public Tensor Forward(Tensor x, Tensor? addend = null)
    {
        using var scope = TensorScope.Begin();
        return scope.Return(Functional.Conv2d(x, weight.Value.Transpose(0, 1).Unsqueeze(2).Unsqueeze(3), bias.Value, addend: addend));
    }

    /// <inheritdoc/>
    protected override void Reset(Func<string, Parameter, Tensor> uniform) => Initial.FanIn(weight, bias, zero: false, uniform);
}
