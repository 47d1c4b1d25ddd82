using Limpid.Diffusion;
using Limpid.Diffusion.Networks;
using Limpid.Purification.ReverseAdversarial;
using Limpid.Torch;
using Limpid.Torch.Layers;

namespace Limpid.Purification.Networks;

/// <summary>RAP's adapter f(x_t, t): from an image after t steps of attack to the clean image (seed paper, §3.2; "typically a U-Net").</summary>
/// <remarks>
/// The time-conditioned U-Net of ConvNeXt blocks of Cold Diffusion (Bansal et al., NeurIPS 2023), parameter names included.
/// Images are in [−1,1]; the output is not limited. Sides that cannot be halved often enough are padded with black and
/// cut again (28×28 becomes 32×32 with four levels), so any size of image fits.
/// Rows are independent of one another. Initialized, it is the identity where <see cref="RapAdapterOptions.Residual"/> is set:
/// the last layer starts at zero, where Cold Diffusion draws it.
/// </remarks>
public sealed class RapAdapter : Module
{
    private const double Black = -1;

    private readonly Linear timeIn;
    private readonly Linear timeOut;
    private readonly AdapterLevel[] down;
    private readonly AdapterLevel[] up;
    private readonly ConvNeXtBlock middleIn;
    private readonly LinearAttention middleAttention;
    private readonly ConvNeXtBlock middleOut;
    private readonly ConvNeXtBlock finalBlock;
    private readonly Conv2d finalConv;

    /// <summary>Creates the network with zero weights.</summary>
    /// <param name="options">How it is built; Cold Diffusion's network unless given.</param>
    /// <param name="process">The attack process that it reverses; RAP's defaults unless given.</param>
    /// <exception cref="InputException">A number is out of its range.</exception>
    public RapAdapter(RapAdapterOptions? options = null, AdversarialProcessOptions? process = null)
    {
        Options = options ??= new RapAdapterOptions();
        Process = process ?? new AdversarialProcessOptions();
        options.Check();
        Process.Check();
        int time = options.Width;
        int[] widths = [options.Channels, .. options.Multipliers.Select(m => m * options.Width)];
        int levels = options.Multipliers.Count, bottom = widths[^1];
        timeIn = Add("time_mlp.1", new Linear(time, 4 * time));
        timeOut = Add("time_mlp.3", new Linear(4 * time, time));
        down = [.. Enumerable.Range(0, levels).Select(l =>
            Add($"downs.{l}", new AdapterLevel(widths[l], widths[l + 1], time, options, Down(l), isFirst: l == 0)))];
        up = [.. Enumerable.Range(0, levels - 1).Select(l =>
            Add($"ups.{l}", new AdapterLevel(2 * widths[levels - l], widths[levels - l - 1], time, options, Resampling.Up, isFirst: false)))];
        middleIn = Add("mid_block1", new ConvNeXtBlock(bottom, bottom, time));
        middleAttention = Add("mid_attn", new LinearAttention(bottom, options.Heads, options.HeadWidth));
        middleOut = Add("mid_block2", new ConvNeXtBlock(bottom, bottom, time));
        finalBlock = Add("final_conv.0", new ConvNeXtBlock(widths[1], widths[1], time: 0));
        finalConv = Add("final_conv.1", new Conv2d(widths[1], options.Channels, 1, zero: true));

        Resampling Down(int level) => level == levels - 1 ? Resampling.None : Resampling.Down;
    }

    /// <summary>How it is built.</summary>
    public RapAdapterOptions Options { get; }

    /// <summary>The attack process that it was trained to reverse.</summary>
    public AdversarialProcessOptions Process { get; }

    /// <summary>T: the most steps of attack that it knows, and what it assumes where it is deployed.</summary>
    public StepCount Steps => new(Process.Steps);

    /// <summary>f(x, T): what the deployed adapter makes of images.</summary>
    /// <param name="images">[N,C,H,W] in [−1,1].</param>
    public Tensor Forward(Tensor images)
    {
        ArgumentNullException.ThrowIfNull(images);
        return Forward(images, [.. Enumerable.Repeat(Steps, (int)images.Size(0))]);
    }

    /// <summary>f(x, t): the clean images that attacks of so many steps started from; differentiable.</summary>
    /// <param name="images">[N,C,H,W] in [−1,1].</param>
    /// <param name="steps">t of each row, 1 to T. The network is told the index t − 1, as the paper's appendix counts.</param>
    /// <exception cref="InputException">Another number of channels, of rows, or of steps.</exception>
    public Tensor Forward(Tensor images, ReadOnlySpan<StepCount> steps)
    {
        Check(images, steps);
        using var scope = TensorScope.Begin();
        long height = images.Size(2), width = images.Size(3);
        var (top, left, padded) = Pad(images);
        var time = Time(steps, images.Device);
        var skips = new Tensor[down.Length];
        var h = padded;
        for (int level = 0; level < down.Length; level++)
        {
            (skips[level], h) = down[level].Forward(h, time);
        }
        h = middleOut.Forward(middleAttention.Forward(middleIn.Forward(h, time)), time);
        for (int level = 0; level < up.Length; level++)
        {
            (_, h) = up[level].Forward(Tensor.Concat([h, skips[down.Length - 1 - level]], 1), time);
        }
        h = finalConv.Forward(finalBlock.Forward(h, null));
        h = h.Slice(2, top, top + height).Slice(3, left, left + width);
        return scope.Return(Options.Residual ? h + images : h.Contiguous());
    }

    private Tensor Time(ReadOnlySpan<StepCount> steps, Device device)
    {
        using var scope = TensorScope.Begin();
        var labels = new double[steps.Length];
        for (int i = 0; i < labels.Length; i++)
        {
            labels[i] = steps[i].Index.Value;
        }
        var features = TimestepEmbedding.SineFirst(labels, Options.Width, device);
        return scope.Return(timeOut.Forward(timeIn.Forward(features).Gelu()));
    }

    private (long Top, long Left, Tensor Padded) Pad(Tensor images)
    {
        long unit = 1L << (down.Length - 1);
        long rows = Missing(images.Size(2)), columns = Missing(images.Size(3));
        return rows == 0 && columns == 0
            ? (0, 0, images)
            : (rows / 2, columns / 2, images.Pad([columns / 2, columns - (columns / 2), rows / 2, rows - (rows / 2)], Black));

        long Missing(long side) => (unit - (side % unit)) % unit;
    }

    private void Check(Tensor images, ReadOnlySpan<StepCount> steps)
    {
        if (images.Rank != 4 || images.Size(1) != Options.Channels)
        {
            throw new InputException($"the RAP adapter reads images of {Options.Channels} channels, not [{string.Join(", ", images.Shape.ToArray())}]: choose data that fit it, or train one with limpid train");
        }
        if (steps.Length != images.Size(0))
        {
            throw new InputException($"the RAP adapter needs a number of steps for each of {images.Size(0)} images, not {steps.Length}");
        }
        foreach (var t in steps)
        {
            if (t.Value < 1 || t > Steps)
            {
                throw new InputException($"the RAP adapter knows attacks of 1 to {Steps} steps, not {t}: choose fewer, or train one with more process.steps");
            }
        }
    }
}
