using Limpid.Torch;
using Limpid.Torch.Layers;

namespace Limpid.Diffusion.Networks;

/// <summary>EDM's convolution, which may filter and halve or double the resolution first.</summary>
/// <remarks>The filter is stored beside the weights and used as stored.</remarks>
internal sealed class EdmConv : Module
{
    private readonly Resampling resampling;
    private readonly bool filtersLast;
    private readonly int padding;
    private readonly Parameter weight;
    private readonly Parameter bias;
    private readonly Parameter? filter;

    /// <param name="inChannels">Channels in.</param>
    /// <param name="outChannels">Channels out.</param>
    /// <param name="kernel">Side of the kernel.</param>
    /// <param name="resampling">What happens to the resolution.</param>
    /// <param name="taps">Taps of the filter.</param>
    /// <param name="filtersLast">Whether the convolution comes before the filter, with the borders of both (<c>fused_resample</c>); downward only.</param>
    public EdmConv(int inChannels, int outChannels, int kernel, Resampling resampling = Resampling.None, int taps = 2, bool filtersLast = false)
    {
        this.resampling = resampling;
        this.filtersLast = filtersLast;
        padding = kernel / 2;
        weight = AddParameter("weight", outChannels, inChannels, kernel, kernel);
        bias = AddParameter("bias", outChannels);
        if (resampling != Resampling.None)
        {
            filter = AddBuffer("resample_filter", [1, 1, taps, taps]);
            filter.Assign(Filter(taps));
        }
    }

    public Tensor Forward(Tensor x)
    {
        if (filter is null)
        {
            return Functional.Conv2d(x, weight.Value, bias.Value, padding: padding);
        }
        using var scope = TensorScope.Begin();
        int border = ((int)filter.Value.Size(2) - 1) / 2;
        if (filtersLast)
        {
            var h = Functional.Conv2d(x, weight.Value, padding: padding + border);
            return scope.Return(Functional.Conv2d(h, PerChannel(h, 1), stride: 2, groups: (int)h.Size(1)) + bias.Value.Reshape(1, -1, 1, 1));
        }
        var resampled = resampling == Resampling.Up
            ? Functional.ConvTranspose2d(x, PerChannel(x, 4), stride: 2, padding: border, groups: (int)x.Size(1))
            : Functional.Conv2d(x, PerChannel(x, 1), stride: 2, padding: border, groups: (int)x.Size(1));
        return scope.Return(Functional.Conv2d(resampled, weight.Value, bias.Value, padding: padding));
    }

    /// <inheritdoc/>
    protected override void Reset(Func<string, Parameter, Tensor> uniform) => Initial.FanIn(weight, bias, zero: false, uniform);

    private Tensor PerChannel(Tensor x, double gain) => (filter!.Value * gain).Repeat(x.Size(1), 1, 1, 1);

    private static Tensor Filter(int taps)
    {
        double[] row = taps == 4 ? [0.125, 0.375, 0.375, 0.125] : [0.5, 0.5];
        double[] square = [.. row.SelectMany(a => row.Select(b => a * b))];
        return Tensor.From(square, 1, 1, row.Length, row.Length).To(DType.Float32);
    }
}
