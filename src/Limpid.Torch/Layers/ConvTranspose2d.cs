namespace Limpid.Torch.Layers;

/// <summary>Transposed 2-D convolution; parameters <c>weight</c> [in, out, k, k] and <c>bias</c> [out].</summary>
public sealed class ConvTranspose2d : Module
{
    private readonly int stride;
    private readonly int padding;
    private readonly Parameter weight;
    private readonly Parameter bias;

    /// <summary>Creates the layer with zero weights.</summary>
    public ConvTranspose2d(int inChannels, int outChannels, int kernel, int stride = 1, int padding = 0)
    {
        (this.stride, this.padding) = (stride, padding);
        weight = AddParameter("weight", inChannels, outChannels, kernel, kernel);
        bias = AddParameter("bias", outChannels);
    }

    /// <summary>[N,in,H,W] → [N,out,H',W'].</summary>
    public Tensor Forward(Tensor images) => Functional.ConvTranspose2d(images, weight.Value, bias.Value, stride, padding);

    /// <inheritdoc/>
    protected override void Reset(Func<string, Parameter, Tensor> uniform) => Initial.FanIn(weight, bias, zero: false, uniform);
}
