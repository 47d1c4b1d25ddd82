namespace Limpid.Torch.Layers;

/// <summary>Transposed 2-D convolution; parameters <c>weight</c> [in, out, k, k] and <c>bias</c> [out].</summary>
public sealed class ConvTranspose2d : Module
{
    private readonly int stride;
    private readonly int padding;

    /// <summary>Creates the layer with zero weights.</summary>
    public ConvTranspose2d(int inChannels, int outChannels, int kernel, int stride = 1, int padding = 0)
    {
        (this.stride, this.padding) = (stride, padding);
        Weight = AddParameter("weight", inChannels, outChannels, kernel, kernel);
        Bias = AddParameter("bias", outChannels);
    }

    /// <summary>Filters.</summary>
    public Parameter Weight { get; }

    /// <summary>Bias.</summary>
    public Parameter Bias { get; }

    /// <summary>[N,in,H,W] → [N,out,(H−1)·stride−2·padding+k,…].</summary>
    public Tensor Forward(Tensor images) => Functional.ConvTranspose2d(images, Weight.Value, Bias.Value, stride, padding);

    /// <inheritdoc/>
    protected override void Reset(Func<string, Parameter, Tensor> uniform) => Initial.FanIn(Weight, Bias, zero: false, uniform);
}
