using Limpid.Torch;
using Limpid.Torch.Layers;

namespace Limpid.Diffusion.Networks;

/// <summary>A small DDPM network for MNIST without pooling (sdaloglu/diffusion_with_entropy): five convolutions, layer norms over whole maps.</summary>
/// <remarks>28×28 gray images in [−½,½] only, with a schedule of its own that the file brings: use it through <see cref="MatchedNoisePredictor"/>. For use, not for training.</remarks>
public sealed class MnistCnn : Module, INoisePredictor
{
    private static readonly int[] widths = [1, 16, 32, 32, 16];

    private readonly Parameter alphaBars;
    private readonly Parameter frequencies;
    private readonly Linear[] time = new Linear[4];
    private readonly (Conv2d Conv, LayerNorm Norm)[] blocks = new (Conv2d, LayerNorm)[4];
    private readonly Conv2d convOut;

    /// <summary>Builds the network with weights zero; load or initialize it.</summary>
    public MnistCnn()
    {
        _ = AddBuffer("beta_t", [1001]);
        alphaBars = AddBuffer("alpha_t", [1001]);
        frequencies = AddBuffer("gt.frequencies", [16]);
        for (int i = 0; i < blocks.Length; i++)
        {
            blocks[i] = (
                Add($"gt.blocks.{i}.net.0", new Conv2d(widths[i], widths[i + 1], 7, padding: 3)),
                Add($"gt.blocks.{i}.net.1", new LayerNorm([widths[i + 1], 28, 28])));
        }
        convOut = Add("gt.blocks.4", new Conv2d(widths[^1], 1, 3, padding: 1));
        int[] sizes = [32, 128, 128, 128, widths[1]];
        for (int i = 0; i < time.Length; i++)
        {
            time[i] = Add($"gt.time_embed.{2 * i}", new Linear(sizes[i], sizes[i + 1]));
        }
    }

    /// <summary>ᾱ_0 … ᾱ_1000 of the schedule that the network was trained on; labels are these indices.</summary>
    public double[] AlphaBars() => alphaBars.Value.To(DType.Float64).ToDoubles();

    /// <inheritdoc/>
    public Tensor PredictNoise(Tensor diffused, ReadOnlySpan<double> timesteps)
    {
        using var scope = TensorScope.Begin();
        float[] times = [.. timesteps.ToArray().Select(t => (float)(t / 1000))];
        var angles = Tensor.From(times, times.Length, 1).To(diffused.Device) * frequencies.Value.Unsqueeze(0); // [N,16]
        var embedding = Tensor.Concat([angles.Sin(), angles.Cos() - 1], 1);
        for (int i = 0; i < time.Length; i++)
        {
            embedding = time[i].Forward(i == 0 ? embedding : embedding.Gelu());
        }
        var h = diffused;
        for (int i = 0; i < blocks.Length; i++)
        {
            h = blocks[i].Norm.Forward(blocks[i].Conv.Forward(h)).Gelu();
            h = i == 0 ? h + embedding.Unsqueeze(2).Unsqueeze(3) : h;
        }
        return scope.Return(convOut.Forward(h));
    }
}
