using Limpid.Torch;
using Limpid.Torch.Layers;

namespace Limpid.Diffusion.Networks;

/// <summary>The network of EDM (NVlabs/edm <c>SongUNet</c>): DDPM++ and NCSN++ under EDM's names.</summary>
/// <remarks>What its input and output mean is for the preconditioning to say (<see cref="EdmDenoiser"/>). For use, not for training: it has no dropout.</remarks>
public sealed class EdmUNet : Module
{
    private readonly Parameter? frequencies;
    private readonly Linear? mapClass;
    private readonly Linear mapLayer0;
    private readonly Linear mapLayer1;
    private readonly EdmConv convIn;
    private readonly List<Stage> encoder = [];
    private readonly List<EdmBlock> decoder = [];
    private readonly GroupNorm normOut;
    private readonly EdmConv convOut;

    /// <summary>Builds the network with weights zero; load or initialize it.</summary>
    public EdmUNet(EdmUNetOptions? options = null)
    {
        Options = options ??= new EdmUNetOptions();
        int width = options.ModelChannels, features = width * options.NoiseMultiplier, levels = options.ChannelMultipliers.Count;
        frequencies = options.Fourier ? AddBuffer("map_noise.freqs", [features / 2]) : null;
        mapClass = options.ClassCount > 0 ? Add("map_label", new Linear(options.ClassCount, features)) : null;
        _ = options.AugmentCount > 0 ? Add("map_augment", new Linear(options.AugmentCount, features, bias: false)) : null;
        mapLayer0 = Add("map_layer0", new Linear(features, 4 * width));
        mapLayer1 = Add("map_layer1", new Linear(4 * width, 4 * width));

        int channels = width, pyramid = options.InChannels;
        convIn = Add($"enc.{Size(0)}_conv", new EdmConv(options.InChannels, width, 3));
        var skips = new Stack<int>([channels]);
        for (int level = 0; level < levels; level++)
        {
            if (level > 0)
            {
                var down = Block($"enc.{Size(level)}_down", channels, channels, attends: false, Resampling.Down);
                var aside = options.InputPyramid ? Add($"enc.{Size(level)}_aux_residual", new EdmConv(pyramid, channels, 3, Resampling.Down, options.FilterTaps, filtersLast: true)) : null;
                encoder.Add(new Stage(down, aside));
                skips.Push(pyramid = channels);
            }
            for (int i = 0; i < options.ResBlocks; i++)
            {
                int target = width * options.ChannelMultipliers[level];
                encoder.Add(new Stage(Block($"enc.{Size(level)}_block{i}", channels, target, Attends(level)), null));
                skips.Push(channels = target);
            }
        }
        for (int level = levels - 1; level >= 0; level--)
        {
            if (level == levels - 1)
            {
                decoder.Add(Block($"dec.{Size(level)}_in0", channels, channels, attends: true));
                decoder.Add(Block($"dec.{Size(level)}_in1", channels, channels, attends: false));
            }
            else
            {
                decoder.Add(Block($"dec.{Size(level)}_up", channels, channels, attends: false, Resampling.Up));
            }
            for (int i = 0; i <= options.ResBlocks; i++)
            {
                int target = width * options.ChannelMultipliers[level];
                decoder.Add(Block($"dec.{Size(level)}_block{i}", channels + skips.Pop(), target, i == options.ResBlocks && Attends(level)));
                channels = target;
            }
        }
        normOut = Add($"dec.{Size(0)}_aux_norm", EdmBlock.Norm(channels));
        convOut = Add($"dec.{Size(0)}_aux_conv", new EdmConv(channels, options.InChannels, 3));
    }

    /// <summary>How the network is built.</summary>
    public EdmUNetOptions Options { get; }

    /// <summary>The raw output F(x; c) [N,C,H,W].</summary>
    /// <param name="x">Scaled images [N,C,H,W].</param>
    /// <param name="noiseLabels">c_noise, one per sample.</param>
    /// <param name="classes">Weights of the classes [N,ClassCount], one-hot for one class; null for none.</param>
    public Tensor Forward(Tensor x, ReadOnlySpan<double> noiseLabels, Tensor? classes = null)
    {
        using var scope = TensorScope.Begin();
        var embedding = Embedding(noiseLabels, classes, x.Device);
        var h = convIn.Forward(x);
        var aside = x;
        var skips = new Stack<Tensor>([h]);
        foreach (var stage in encoder)
        {
            h = stage.Block.Forward(h, embedding);
            if (stage.Pyramid is { } pyramid)
            {
                h = aside = (h + pyramid.Forward(aside)) * Math.Sqrt(0.5);
            }
            skips.Push(h);
        }
        foreach (var block in decoder)
        {
            h = block.Forward(h.Size(1) == block.InChannels ? h : Tensor.Concat([h, skips.Pop()], 1), embedding);
        }
        return scope.Return(convOut.Forward(normOut.ForwardSilu(h)));
    }

    private Tensor Embedding(ReadOnlySpan<double> labels, Tensor? classes, Device device)
    {
        using var scope = TensorScope.Begin();
        var features = frequencies is null
            ? TimestepEmbedding.SineFirst(labels, Options.ModelChannels * Options.NoiseMultiplier, device)
            : TimestepEmbedding.Fourier(labels, frequencies.Value);
        if (mapClass is not null && classes is not null)
        {
            features += mapClass.Forward(classes * Math.Sqrt(Options.ClassCount));
        }
        else if (mapClass is not null)
        {
            features += mapClass.Bias!.Value;
        }
        return scope.Return(mapLayer1.Forward(mapLayer0.Forward(features).Silu()).Silu());
    }

    private string Size(int level) => $"{Options.ImageSize >> level}x{Options.ImageSize >> level}";

    private bool Attends(int level) => Options.AttentionSizes.Contains(Options.ImageSize >> level);

    private EdmBlock Block(string name, int from, int to, bool attends, Resampling resampling = Resampling.None) =>
        Add(name, new EdmBlock(from, to, 4 * Options.ModelChannels, resampling, Options.FilterTaps, attends));

    private sealed record Stage(EdmBlock Block, EdmConv? Pyramid);
}
