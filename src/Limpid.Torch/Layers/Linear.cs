namespace Limpid.Torch.Layers;

/// <summary>x Wᵀ + b; parameters <c>weight</c> [out, in] and <c>bias</c> [out].</summary>
public sealed class Linear : Module
{
    private readonly bool zero;

    /// <summary>Creates the layer with zero weights.</summary>
    public Linear(int inFeatures, int outFeatures, bool bias = true, bool zero = false)
    {
        this.zero = zero;
        Weight = AddParameter("weight", outFeatures, inFeatures);
        Bias = bias ? AddParameter("bias", outFeatures) : null;
    }

    /// <summary>Weight.</summary>
    public Parameter Weight { get; }

    /// <summary>Bias, if any.</summary>
    public Parameter? Bias { get; }

    /// <summary>[…,in] → […,out].</summary>
    public Tensor Forward(Tensor input) => Functional.Linear(input, Weight.Value, Bias?.Value);

    /// <inheritdoc/>
    protected override void Reset(Func<string, Parameter, Tensor> uniform) => Initial.FanIn(Weight, Bias, zero, uniform);
}
