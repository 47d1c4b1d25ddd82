using Limpid.Torch;
using Limpid.Torch.Layers;

namespace Limpid.Purification.Networks;

/// <summary>DAD's denoiser: an encoder and decoder that adds a correction to its input, x ↦ x + f(x) (Zhang et al., ICML 2025; after Liao et al., CVPR 2018).</summary>
/// <remarks>
/// Images [N,C,H,W] in [0,1] and noised; the output is not limited to [0,1]. Any size of image: levels are enlarged to the
/// size they had on the way down. Names are those of the authors' checkpoints; see <see cref="IsUnused"/>.
/// Always used in evaluation mode outside training (the authors' test program forgets to). Initialized, it is the identity:
/// the last layer starts at zero, so that short trainings begin with the image itself; the authors draw that layer too.
/// </remarks>
public sealed class DadDenoiser : Module
{
    private readonly DenoiserBlock[][] down;
    private readonly DenoiserBlock[][] up;
    private readonly Conv2d final;

    /// <summary>Creates the network with zero weights.</summary>
    /// <exception cref="InputException">The options do not fit together.</exception>
    public DadDenoiser(DadDenoiserOptions? options = null)
    {
        Options = options ??= new DadDenoiserOptions();
        options.Check();
        int growth = options.IsBottleneck ? DenoiserBottleneck.Growth : 1;
        int channels = options.Channels;
        down = new DenoiserBlock[options.DownWidths.Count][];
        for (int level = 0; level < down.Length; level++)
        {
            down[level] = Level($"fwd.{level}", channels, options.DownWidths[level], options.DownBlocks[level], stride: level == 0 ? 1 : 2);
            channels = options.DownWidths[level] * growth;
        }
        up = new DenoiserBlock[options.UpWidths.Count][];
        for (int level = up.Length - 1; level >= 0; level--)
        {
            up[level] = Level($"back.{level}", channels + options.DownWidths[level] * growth, options.UpWidths[level], options.UpBlocks[level], stride: 1);
            channels = options.UpWidths[level] * growth;
        }
        final = Add("final", new Conv2d(channels, options.Channels, 1, bias: false, zero: true));
    }

    /// <summary>How it is built.</summary>
    public DadDenoiserOptions Options { get; }

    /// <summary>Denoised images of the same shape.</summary>
    /// <param name="images">[N,C,H,W].</param>
    /// <exception cref="InputException">The images have another number of channels, or too few pixels.</exception>
    public Tensor Forward(Tensor images)
    {
        if (images.Rank != 4 || images.Size(1) != Options.Channels)
        {
            throw new InputException($"the denoiser reads images of {Options.Channels} channels, not [{string.Join(", ", images.Shape.ToArray())}]: choose data that fit it");
        }
        using var scope = TensorScope.Begin();
        var h = images;
        var skipped = new Tensor[down.Length];
        for (int level = 0; level < down.Length; level++)
        {
            skipped[level] = h = Run(down[level], h);
        }
        for (int level = up.Length - 1; level >= 0; level--)
        {
            var skip = skipped[level];
            h = Run(up[level], Tensor.Concat([Functional.UpsampleBilinear(h, skip.Size(2), skip.Size(3)), skip], 1));
        }
        return scope.Return(final.Forward(h) + images);
    }

    /// <summary>Whether a published weight is there without being used: the squeeze-and-excitation layers of plain blocks.</summary>
    public bool IsUnused(string name)
    {
        ArgumentNullException.ThrowIfNull(name);
        return !Options.IsBottleneck && name.Contains(".se.", StringComparison.Ordinal);
    }

    private DenoiserBlock[] Level(string name, int from, int width, int count, int stride)
    {
        var blocks = new DenoiserBlock[count];
        for (int j = 0; j < count; j++)
        {
            blocks[j] = Options.IsBottleneck
                ? Add($"{name}.{j}", new DenoiserBottleneck(from, width, j == 0 ? stride : 1))
                : Add($"{name}.{j}", new DenoiserConv(from, width, j == 0 ? stride : 1));
            from = Options.IsBottleneck ? width * DenoiserBottleneck.Growth : width;
        }
        return blocks;
    }

    private static Tensor Run(DenoiserBlock[] blocks, Tensor x)
    {
        using var scope = TensorScope.Begin();
        foreach (var block in blocks)
        {
            x = block.Forward(x);
        }
        return scope.Return(x);
    }
}
