namespace Limpid.Torch.Layers;

/// <summary>Layer normalization over the trailing dimensions; parameters <c>weight</c> and <c>bias</c> of their shape.</summary>
public sealed class LayerNorm : Module
{
    private readonly long[] shape;
    private readonly double epsilon;
    private readonly Parameter weight;
    private readonly Parameter bias;

    /// <summary>Creates the layer for trailing dimensions of a shape.</summary>
    public LayerNorm(ReadOnlySpan<long> shape, double epsilon = 1e-5)
    {
        this.shape = shape.ToArray();
        this.epsilon = epsilon;
        weight = AddParameter("weight", shape);
        bias = AddParameter("bias", shape);
        using var scope = TensorScope.Begin();
        Initial.Affine(weight, bias);
    }

    /// <summary>[…,shape] → the same shape.</summary>
    public Tensor Forward(Tensor input) => Functional.LayerNorm(input, shape, weight.Value, bias.Value, epsilon);

    /// <inheritdoc/>
    protected override void Reset(Func<string, Parameter, Tensor> uniform) => Initial.Affine(weight, bias);
}
