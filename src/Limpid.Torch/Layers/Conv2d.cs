namespace Limpid.Torch.Layers;

/// <summary>2-D convolution; parameters <c>weight</c> [out, in/groups, k, k] and <c>bias</c> [out].</summary>
public sealed class Conv2d : Module
{
    private readonly int stride;
    private readonly int padding;
    private readonly int groups;
    private readonly bool zero;

    /// <summary>Creates the layer with zero weights.</summary>
    public Conv2d(int inChannels, int outChannels, int kernel, int stride = 1, int padding = 0, bool bias = true, int groups = 1, bool zero = false)
    {
        this.stride = stride;
        this.padding = padding;
        this.groups = groups;
        this.zero = zero;
        Weight = AddParameter("weight", outChannels, inChannels / groups, kernel, kernel);
        Bias = bias ? AddParameter("bias", outChannels) : null;
    }

    /// <summary>Filters.</summary>
    public Parameter Weight { get; }

    /// <summary>Bias, if any.</summary>
    public Parameter? Bias { get; }

    /// <summary>[N,in,H,W] → [N,out,H',W'], plus an addend of that shape if there is one.</summary>
    public Tensor Forward(Tensor images, Tensor? addend = null) => Functional.Conv2d(images, Weight.Value, Bias?.Value, stride, padding, groups: groups, addend: addend);

    /// <inheritdoc/>
    protected override void Reset(Func<string, Parameter, Tensor> uniform) => Initial.FanIn(Weight, Bias, zero, uniform);
}
