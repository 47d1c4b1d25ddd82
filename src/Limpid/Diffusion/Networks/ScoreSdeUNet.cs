using Limpid.Torch;
using Limpid.Torch.Layers;

namespace Limpid.Diffusion.Networks;

/// <summary>The NCSN++/DDPM++ network of score_sde (Song et al. 2021): CIFAR-10 in DiffPure and all that follow it.</summary>
/// <remarks>Parameter names are those of the published checkpoints (<c>all_modules.N</c>). For use, not for training: it has no dropout.</remarks>
public sealed class ScoreSdeUNet : Module, INoisePredictor
{
    private readonly ScoreSdeUNetOptions options;
    private readonly FourierFrequencies? frequencies;
    private readonly Linear embed1;
    private readonly Linear embed2;
    private readonly Conv2d convIn;
    private readonly List<Level> down = [];
    private readonly ScoreResBlock middle1;
    private readonly ScoreAttention middleAttention;
    private readonly ScoreResBlock middle2;
    private readonly List<Level> up = [];
    private readonly ToImage? output;
    private int count;

    /// <summary>Builds the network with weights zero; load or initialize it.</summary>
    /// <exception cref="ArgumentException">Two options do not go together.</exception>
    public ScoreSdeUNet(ScoreSdeUNetOptions? options = null)
    {
        this.options = options ??= new ScoreSdeUNetOptions();
        Check(options);
        AddBuffer("sigmas", [1000]); // in every checkpoint, never read
        int width = options.ModelChannels, levels = options.ChannelMultipliers.Count;
        frequencies = options.Fourier ? Next(new FourierFrequencies(width)) : null;
        embed1 = Next(new Linear(options.Fourier ? 2 * width : width, 4 * width));
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
                blocks.Blocks.Add((Res(channels, target), Attends(level) ? Attention(target) : null));
                skips.Push(channels = target);
            }
            if (level < levels - 1)
            {
                blocks.Resample = Resample(channels, Resampling.Down);
                blocks.Pyramid = options.InputPyramid ? Next(new FirDownsample(pyramid, channels)) : null;
                blocks.Join = options.InputSkip ? Next(new ScoreInputJoin(options.InChannels, channels, options.ConcatenatesInput)) : null;
                pyramid = channels;
                channels *= options.InputSkip && options.ConcatenatesInput ? 2 : 1;
                skips.Push(channels);
            }
            down.Add(blocks);
        }
        middle1 = Res(channels, channels);
        middleAttention = Attention(channels);
        middle2 = Res(channels, channels);
        for (int level = levels - 1; level >= 0; level--)
        {
            var blocks = new Level();
            for (int i = 0; i <= options.ResBlocks; i++)
            {
                int target = width * options.ChannelMultipliers[level];
                var block = Res(channels + skips.Pop(), target);
                blocks.Blocks.Add((block, i == options.ResBlocks && Attends(level) ? Attention(target) : null));
                channels = target;
            }
            blocks.Output = options.OutputPyramid ? NextToImage(channels) : null;
            blocks.Resample = level > 0 ? Resample(channels, Resampling.Up) : null;
            up.Add(blocks);
        }
        output = options.OutputPyramid ? null : NextToImage(channels);
    }

    /// <inheritdoc/>
    /// <exception cref="InvalidOperationException">The network is told σ and returns a score, not noise.</exception>
    public Tensor PredictNoise(Tensor diffused, ReadOnlySpan<double> timesteps) => options.Fourier
        ? throw new InvalidOperationException("a network with Fourier features is told the noise level itself: call Forward")
        : Forward(diffused, timesteps);

    /// <summary>The output [N,C,H,W].</summary>
    /// <param name="x">Images [N,C,H,W].</param>
    /// <param name="conditions">One per sample: a label 0…999, or σ for a network with Fourier features.</param>
    public Tensor Forward(Tensor x, ReadOnlySpan<double> conditions)
    {
        using var scope = TensorScope.Begin();
        var features = frequencies is null
            ? TimestepEmbedding.SineFirst(conditions, options.ModelChannels, x.Device)
            : TimestepEmbedding.Fourier(Array.ConvertAll(conditions.ToArray(), Math.Log), frequencies.Values);
        var embedding = options.Activate(embed2.Forward(options.Activate(embed1.Forward(features)))); // every block activates it first
        var image = Up(middle2.Forward(middleAttention.Forward(middle1.Forward(Down(x, embedding, out var skips), embedding)), embedding), embedding, skips);
        return scope.Return(options.DividesBySigma ? image / PerSample.Column(x, conditions) : image);
    }

    private Tensor Down(Tensor x, Tensor embedding, out Stack<Tensor> skips)
    {
        var (aside, h) = (x, convIn.Forward(x));
        skips = new Stack<Tensor>([h]);
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
                h = downsample(h, embedding);
                if (level.Pyramid is { } next)
                {
                    h = aside = (next.Forward(aside) + h) * options.SumScale;
                }
                else if (level.Join is { } join)
                {
                    h = join.Forward(aside = FirFilter.Down(aside), h);
                }
                skips.Push(h);
            }
        }
        return h;
    }

    private Tensor Up(Tensor h, Tensor embedding, Stack<Tensor> skips)
    {
        Tensor? image = null;
        foreach (var level in up)
        {
            foreach (var (block, attention) in level.Blocks)
            {
                h = block.Forward(Tensor.Concat([h, skips.Pop()], 1), embedding);
                h = attention?.Forward(h) ?? h;
            }
            if (level.Output is { } contribution)
            {
                image = image is null ? Image(contribution, h) : FirFilter.Up(image) + Image(contribution, h);
            }
            h = level.Resample?.Invoke(h, embedding) ?? h;
        }
        return image ?? Image(output!, h);
    }

    private Tensor Image(ToImage part, Tensor h) => part.Conv.Forward(options.Activate(part.Norm, h));

    private static void Check(ScoreSdeUNetOptions options)
    {
        if (!options.Fir && (options.InputPyramid || options.InputSkip || options.OutputPyramid || options.DdpmBlocks))
        {
            throw new ArgumentException("pyramids and DDPM blocks need FIR resampling", nameof(options));
        }
        if (options is { InputPyramid: true, InputSkip: true } or { DividesBySigma: true, Fourier: false })
        {
            throw new ArgumentException("an input pyramid excludes an input skip, and only a network that is told sigma can be divided by it", nameof(options));
        }
    }

    private bool Attends(int level) => options.AttentionSizes.Contains(options.ImageSize >> level);

    private ScoreResBlock Res(int from, int to, Resampling resampling = Resampling.None) => Next(new ScoreResBlock(from, to, options, resampling));

    private ScoreAttention Attention(int channels) => Next(new ScoreAttention(channels, options.SumScale));

    private ToImage NextToImage(int channels) =>
        new(Next(ScoreActivation.Norm(channels)), Next(new Conv2d(channels, options.InChannels, 3, padding: 1, zero: true)));

    private Func<Tensor, Tensor, Tensor> Resample(int channels, Resampling resampling)
    {
        if (options.DdpmBlocks)
        {
            count++; // a module without parameters
            return resampling == Resampling.Up ? (h, _) => FirFilter.Up(h) : (h, _) => FirFilter.Down(h);
        }
        return Res(channels, channels, resampling).Forward;
    }

    private T Next<T>(T module)
        where T : Module => Add($"all_modules.{count++}", module);

    private sealed record ToImage(GroupNorm Norm, Conv2d Conv);

    private sealed class Level
    {
        public List<(ScoreResBlock Block, ScoreAttention? Attention)> Blocks { get; } = [];

        public Func<Tensor, Tensor, Tensor>? Resample { get; set; }

        public FirDownsample? Pyramid { get; set; }

        public ScoreInputJoin? Join { get; set; }

        public ToImage? Output { get; set; }
    }

    /// <summary>The frequencies of Fourier features: drawn once, never trained.</summary>
    private sealed class FourierFrequencies : Module
    {
        private readonly Parameter frequencies;

        public FourierFrequencies(int count) => frequencies = AddBuffer("W", [count]);

        public Tensor Values => frequencies.Value;
    }
}
