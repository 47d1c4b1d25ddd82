using Limpid.Torch;
using Limpid.Torch.Layers;

namespace Limpid.Diffusion.Networks;

/// <summary>The NCSN++/DDPM++ network of score_sde with BigGAN blocks and positional time features: CIFAR-10 in DiffPure and all that follow it.</summary>
/// <remarks>Parameter names are those of the published checkpoints (<c>all_modules.N</c>). For use, not for training: it has no dropout.</remarks>
public sealed class ScoreSdeUNet : Module, INoisePredictor
{
    private readonly ScoreSdeUNetOptions options;
    private readonly Linear embed1;
    private readonly Linear embed2;
    private readonly Conv2d convIn;
    private readonly List<Level> down = [];
    private readonly ScoreResBlock middle1;
    private readonly ScoreAttention middleAttention;
    private readonly ScoreResBlock middle2;
    private readonly List<Level> up = [];
    private readonly GroupNorm normOut;
    private readonly Conv2d convOut;
    private int count;

    /// <summary>Builds the network with weights zero; load or initialize it.</summary>
    public ScoreSdeUNet(ScoreSdeUNetOptions? options = null)
    {
        this.options = options ??= new ScoreSdeUNetOptions();
        if (options.InputPyramid && !options.Fir)
        {
            throw new ArgumentException("an input pyramid needs FIR resampling", nameof(options));
        }
        AddBuffer("sigmas", [1000]); // in every checkpoint, never read
        int width = options.ModelChannels, levels = options.ChannelMultipliers.Count;
        embed1 = Next(new Linear(width, 4 * width));
        embed2 = Next(new Linear(4 * width, 4 * width));
        convIn = Next(new Conv2d(options.InChannels, width, 3, padding: 1));

        int channels = width, pyramid = options.InChannels;
        var skips = new Stack<int>([channels]);
        for (int level = 0; level < levels; level++)
        {
            var blocks = new Level();
            for (int i = 0; i < options.ResBlocks; i++)
            {
                int target = width * options.ChannelMultipliers[level];
                blocks.Blocks.Add((Res(channels, target), Attends(level) ? Next(new ScoreAttention(target)) : null));
                skips.Push(channels = target);
            }
            if (level < levels - 1)
            {
                blocks.Resample = Res(channels, channels, Resampling.Down);
                blocks.Pyramid = options.InputPyramid ? Next(new FirDownsample(pyramid, channels)) : null;
                skips.Push(pyramid = channels);
            }
            down.Add(blocks);
        }
        middle1 = Res(channels, channels);
        middleAttention = Next(new ScoreAttention(channels));
        middle2 = Res(channels, channels);
        for (int level = levels - 1; level >= 0; level--)
        {
            var blocks = new Level();
            for (int i = 0; i <= options.ResBlocks; i++)
            {
                int target = width * options.ChannelMultipliers[level];
                var block = Res(channels + skips.Pop(), target);
                blocks.Blocks.Add((block, i == options.ResBlocks && Attends(level) ? Next(new ScoreAttention(target)) : null));
                channels = target;
            }
            blocks.Resample = level > 0 ? Res(channels, channels, Resampling.Up) : null;
            up.Add(blocks);
        }
        normOut = Next(new GroupNorm(Math.Min(channels / 4, 32), channels, 1e-6));
        convOut = Next(new Conv2d(channels, options.InChannels, 3, padding: 1, zero: true));
    }

    /// <inheritdoc/>
    public Tensor PredictNoise(Tensor diffused, ReadOnlySpan<double> timesteps)
    {
        using var scope = TensorScope.Begin();
        var features = TimestepEmbedding.SineFirst(timesteps, options.ModelChannels, diffused.Device);
        var embedding = embed2.Forward(embed1.Forward(features).Silu()).Silu(); // every block activates it first

        var pyramid = diffused;
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
                h = downsample.Forward(h, embedding);
                if (level.Pyramid is { } next)
                {
                    h = pyramid = (next.Forward(pyramid) + h) * Math.Sqrt(0.5);
                }
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
            h = level.Resample?.Forward(h, embedding) ?? h;
        }
        return scope.Return(convOut.Forward(normOut.ForwardSilu(h)));
    }

    private bool Attends(int level) => options.AttentionSizes.Contains(options.ImageSize >> level);

    private ScoreResBlock Res(int from, int to, Resampling resampling = Resampling.None) =>
        Next(new ScoreResBlock(from, to, 4 * options.ModelChannels, resampling, options.Fir));

    private T Next<T>(T module)
        where T : Module => Add($"all_modules.{count++}", module);

    private sealed class Level
    {
        public List<(ScoreResBlock Block, ScoreAttention? Attention)> Blocks { get; } = [];

        public ScoreResBlock? Resample { get; set; }

        public FirDownsample? Pyramid { get; set; }
    }
}
