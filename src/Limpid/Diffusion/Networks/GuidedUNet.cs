using Limpid.Torch;
using Limpid.Torch.Layers;
using Limpid.Torch.Noise;

namespace Limpid.Diffusion.Networks;

/// <summary>The guided-diffusion U-Net, every option, any size; parameter names are those of the published checkpoints.</summary>
/// <remarks>Height and width must be divisible by 2^(levels − 1).</remarks>
public sealed class GuidedUNet : Module
{
    private readonly Linear embed1;
    private readonly Linear embed2;
    private readonly Parameter? labels;
    private readonly List<Module[]> down = [];
    private readonly Module[] middle;
    private readonly List<Module[]> up = [];
    private readonly GroupNorm outNorm;
    private readonly Conv2d outConv;
    private int blockCount;

    /// <summary>Builds the network with initial weights zero; load or initialize it.</summary>
    public GuidedUNet(GuidedUNetOptions options)
    {
        Options = options ?? throw new ArgumentNullException(nameof(options));
        int width = options.ModelChannels, embedding = 4 * width;
        embed1 = Add("time_embed.0", new Linear(width, embedding));
        embed2 = Add("time_embed.2", new Linear(embedding, embedding));
        labels = options.ClassCount is { } classes ? AddParameter("label_emb.weight", classes, embedding) : null;

        int channels = options.ChannelMultipliers[0] * width, first = channels, factor = 1, levels = options.ChannelMultipliers.Count;
        var skips = new Stack<int>([channels]);
        AddTo(down, "input_blocks", new Conv2d(options.InChannels, channels, 3, padding: 1));
        for (int level = 0; level < levels; level++)
        {
            int target = options.ChannelMultipliers[level] * width;
            for (int i = 0; i < options.ResBlocks; i++)
            {
                AddTo(down, "input_blocks", [Res(channels, target, Resampling.None), .. Attention(target, factor, options.Heads)]);
                channels = target;
                skips.Push(channels);
            }
            if (level < levels - 1)
            {
                AddTo(down, "input_blocks", options.ResBlockResampling ? Res(channels, channels, Resampling.Down) : new GuidedDownsample(channels, options.ConvResampling));
                skips.Push(channels);
                factor *= 2;
            }
        }

        middle = [Res(channels, channels, Resampling.None), NewAttention(channels, options.Heads), Res(channels, channels, Resampling.None)];
        for (int k = 0; k < middle.Length; k++)
        {
            Add($"middle_block.{k}", middle[k]);
        }

        int headsUp = options.HeadsUp > 0 ? options.HeadsUp : options.Heads;
        for (int level = levels - 1; level >= 0; level--)
        {
            int target = options.ChannelMultipliers[level] * width;
            for (int i = 0; i <= options.ResBlocks; i++)
            {
                var block = new List<Module> { Res(channels + skips.Pop(), target, Resampling.None) };
                channels = target;
                block.AddRange(Attention(channels, factor, headsUp));
                if (level > 0 && i == options.ResBlocks)
                {
                    block.Add(options.ResBlockResampling ? Res(channels, channels, Resampling.Up) : new GuidedUpsample(channels, options.ConvResampling));
                    factor /= 2;
                }
                AddTo(up, "output_blocks", [.. block]);
            }
        }
        outNorm = Add("out.0", new GroupNorm(32, channels));
        outConv = Add("out.2", new Conv2d(first, options.OutChannels, 3, padding: 1, zero: true));
    }

    /// <summary>The shape of the network.</summary>
    public GuidedUNetOptions Options { get; }

    /// <summary>Runs the network.</summary>
    /// <param name="x">Diffused images [N,C,H,W].</param>
    /// <param name="timesteps">One time label per sample.</param>
    /// <param name="classes">Class of each sample (int64 [N]) for a conditional network.</param>
    /// <param name="dropoutNoise">The noise of dropout; needed in training where dropout is above 0.</param>
    /// <returns>[N,OutChannels,H,W].</returns>
    public Tensor Forward(Tensor x, ReadOnlySpan<double> timesteps, Tensor? classes = null, INoise? dropoutNoise = null)
    {
        if (timesteps.Length != x.Size(0))
        {
            throw new ArgumentException($"{timesteps.Length} timesteps for {x.Size(0)} images", nameof(timesteps));
        }
        using var scope = TensorScope.Begin();
        var embedding = embed2.Forward(embed1.Forward(TimestepEmbedding.CosineFirst(timesteps, Options.ModelChannels, x.Device)).Silu());
        if (labels is not null)
        {
            embedding += Functional.Embedding(labels.Value, classes ?? throw new ArgumentNullException(nameof(classes), "the network is conditional: it needs classes"));
        }
        var activated = embedding.Silu();

        var skips = new Stack<Tensor>();
        var h = x;
        foreach (var block in down)
        {
            h = Run(block, h, activated, dropoutNoise);
            skips.Push(h);
        }
        h = Run(middle, h, activated, dropoutNoise);
        foreach (var block in up)
        {
            h = RunWithSkip(block, h, skips.Pop(), activated, dropoutNoise);
        }
        return scope.Return(outConv.Forward(outNorm.ForwardSilu(h)));
    }

    // Consumes h and the skip: freed at once when no history holds them.
    private static Tensor RunWithSkip(Module[] block, Tensor h, Tensor skip, Tensor embedding, INoise? noise)
    {
        using var scope = TensorScope.Begin();
        var result = Run(block, Tensor.Concat([h, skip], 1), embedding, noise);
        h.Dispose();
        skip.Dispose();
        return scope.Return(result);
    }

    private static Tensor Run(Module[] block, Tensor h, Tensor embedding, INoise? noise)
    {
        using var scope = TensorScope.Begin();
        foreach (var layer in block)
        {
            h = layer switch
            {
                GuidedResBlock res => res.Forward(h, embedding, noise),
                GuidedAttention attention => attention.Forward(h),
                GuidedDownsample downsample => downsample.Forward(h),
                GuidedUpsample upsample => upsample.Forward(h),
                Conv2d conv => conv.Forward(h),
                _ => throw new InvalidOperationException($"{layer.GetType().Name} is no block of this network"),
            };
        }
        return scope.Return(h);
    }

    private GuidedResBlock Res(int from, int to, Resampling resampling) =>
        new(from, to, 4 * Options.ModelChannels, Options, resampling, blockCount++);

    private GuidedAttention NewAttention(int channels, int heads) => new(channels, heads, Options.HeadChannels, Options.NewAttentionOrder);

    private GuidedAttention[] Attention(int channels, int factor, int heads) =>
        Options.AttentionFactors.Contains(factor) ? [NewAttention(channels, heads)] : [];

    private void AddTo(List<Module[]> blocks, string name, params Module[] layers)
    {
        for (int k = 0; k < layers.Length; k++)
        {
            Add($"{name}.{blocks.Count}.{k}", layers[k]);
        }
        blocks.Add(layers);
    }
}
