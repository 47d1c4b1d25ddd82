using Limpid.Torch;
using Limpid.Torch.Layers;

namespace Limpid.Diffusion.Networks;

/// <summary>The U-Net of Ho et al. 2020 in its PyTorch port: CIFAR-10 in GDMP, SVHN in gradual noise scheduling.</summary>
/// <remarks>Parameter names are those of the port. For use, not for training: it has no dropout.</remarks>
public sealed class HoUNet : Module, INoisePredictor
{
    private readonly HoUNetOptions options;
    private readonly Linear embed1;
    private readonly Linear embed2;
    private readonly Conv2d convIn;
    private readonly List<Level> down = [];
    private readonly HoResBlock middle1;
    private readonly HoAttention middleAttention;
    private readonly HoResBlock middle2;
    private readonly List<Level> up = [];
    private readonly GroupNorm normOut;
    private readonly Conv2d convOut;

    /// <summary>Builds the network with weights zero; load or initialize it.</summary>
    public HoUNet(HoUNetOptions? options = null)
    {
        this.options = options ??= new HoUNetOptions();
        int width = options.ModelChannels, embedding = 4 * width, levels = options.ChannelMultipliers.Count;
        embed1 = Add("temb.dense.0", new Linear(width, embedding));
        embed2 = Add("temb.dense.1", new Linear(embedding, embedding));
        convIn = Add("conv_in", new Conv2d(options.InChannels, width, 3, padding: 1));

        int channels = width;
        var skips = new Stack<int>([channels]);
        for (int level = 0; level < levels; level++)
        {
            var blocks = new Level();
            for (int i = 0; i < options.ResBlocks; i++)
            {
                channels = AddBlock(blocks, $"down.{level}", level, i, channels, embedding);
                skips.Push(channels);
            }
            if (level < levels - 1)
            {
                blocks.Resample = Add($"down.{level}.downsample.conv", new Conv2d(channels, channels, 3, stride: 2));
                skips.Push(channels);
            }
            down.Add(blocks);
        }
        middle1 = Add("mid.block_1", new HoResBlock(channels, channels, embedding));
        middleAttention = Add("mid.attn_1", new HoAttention(channels));
        middle2 = Add("mid.block_2", new HoResBlock(channels, channels, embedding));
        for (int level = levels - 1; level >= 0; level--)
        {
            var blocks = new Level();
            for (int i = 0; i <= options.ResBlocks; i++)
            {
                channels = AddBlock(blocks, $"up.{level}", level, i, channels + skips.Pop(), embedding);
            }
            if (level > 0)
            {
                blocks.Resample = Add($"up.{level}.upsample.conv", new Conv2d(channels, channels, 3, padding: 1));
            }
            up.Add(blocks);
        }
        normOut = Add("norm_out", new GroupNorm(32, channels, 1e-6));
        convOut = Add("conv_out", new Conv2d(channels, options.InChannels, 3, padding: 1));
    }

    /// <inheritdoc/>
    public Tensor PredictNoise(Tensor diffused, ReadOnlySpan<double> timesteps)
    {
        using var scope = TensorScope.Begin();
        var features = TimestepEmbedding.SineFirst(timesteps, options.ModelChannels, diffused.Device);
        var embedding = embed2.Forward(embed1.Forward(features).Silu()).Silu(); // every block activates it first

        var h = convIn.Forward(diffused);
        var skips = new Stack<Tensor>([h]);
        foreach (var level in down)
        {
            foreach (var (block, attention) in level.Blocks)
            {
                h = block.Forward(h, embedding);
                h = attention?.Forward(h) ?? h;
                skips.Push(h);
            }
            if (level.Resample is { } downsample)
            {
                h = downsample.Forward(h.Pad([0, 1, 0, 1])); // right and bottom only
                skips.Push(h);
            }
        }
        h = middle2.Forward(middleAttention.Forward(middle1.Forward(h, embedding)), embedding);
        foreach (var level in up)
        {
            foreach (var (block, attention) in level.Blocks)
            {
                h = block.Forward(Tensor.Concat([h, skips.Pop()], 1), embedding);
                h = attention?.Forward(h) ?? h;
            }
            h = level.Resample?.Forward(Functional.UpsampleNearest(h, h.Size(2) * 2, h.Size(3) * 2)) ?? h;
        }
        return scope.Return(convOut.Forward(normOut.ForwardSilu(h)));
    }

    private int AddBlock(Level blocks, string name, int level, int i, int inChannels, int embedding)
    {
        int outChannels = options.ModelChannels * options.ChannelMultipliers[level];
        bool attends = options.AttentionSizes.Contains(options.ImageSize >> level);
        blocks.Blocks.Add((
            Add($"{name}.block.{i}", new HoResBlock(inChannels, outChannels, embedding)),
            attends ? Add($"{name}.attn.{i}", new HoAttention(outChannels)) : null));
        return outChannels;
    }

    private sealed class Level
    {
        public List<(HoResBlock Block, HoAttention? Attention)> Blocks { get; } = [];

        public Conv2d? Resample { get; set; }
    }
}

/// <summary>Norm, SiLU, convolution, twice; the time embedding is added between.</summary>
internal sealed class HoResBlock : Module
{
    private readonly GroupNorm norm1;
    private readonly Conv2d conv1;
    private readonly Linear embedding;
    private readonly GroupNorm norm2;
    private readonly Conv2d conv2;
    private readonly Conv2d? shortcut;

    public HoResBlock(int inChannels, int outChannels, int embeddingWidth)
    {
        norm1 = Add("norm1", new GroupNorm(32, inChannels, 1e-6));
        conv1 = Add("conv1", new Conv2d(inChannels, outChannels, 3, padding: 1));
        embedding = Add("temb_proj", new Linear(embeddingWidth, outChannels));
        norm2 = Add("norm2", new GroupNorm(32, outChannels, 1e-6));
        conv2 = Add("conv2", new Conv2d(outChannels, outChannels, 3, padding: 1));
        shortcut = inChannels == outChannels ? null : Add("nin_shortcut", new Conv2d(inChannels, outChannels, 1));
    }

    public Tensor Forward(Tensor x, Tensor activatedEmbedding)
    {
        using var scope = TensorScope.Begin();
        var h = conv1.Forward(norm1.ForwardSilu(x)) + embedding.Forward(activatedEmbedding).Unsqueeze(2).Unsqueeze(3);
        h = norm2.ForwardSilu(h);
        return scope.Return(shortcut is null ? conv2.Forward(h, x) : shortcut.Forward(x, conv2.Forward(h)));
    }
}

/// <summary>Self-attention of one head with a residual sum.</summary>
internal sealed class HoAttention : Module
{
    private readonly GroupNorm norm;
    private readonly Conv2d q;
    private readonly Conv2d k;
    private readonly Conv2d v;
    private readonly Conv2d projection;

    public HoAttention(int channels)
    {
        norm = Add("norm", new GroupNorm(32, channels, 1e-6));
        q = Add("q", new Conv2d(channels, channels, 1));
        k = Add("k", new Conv2d(channels, channels, 1));
        v = Add("v", new Conv2d(channels, channels, 1));
        projection = Add("proj_out", new Conv2d(channels, channels, 1));
    }

    public Tensor Forward(Tensor x)
    {
        using var scope = TensorScope.Begin();
        var h = norm.Forward(x);
        return scope.Return(projection.Forward(SingleHeadAttention.Attend(q.Forward(h), k.Forward(h), v.Forward(h)), x));
    }
}
