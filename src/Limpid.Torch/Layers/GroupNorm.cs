namespace Limpid.Torch.Layers;

/// <summary>Group normalization; parameters <c>weight</c> and <c>bias</c> [C].</summary>
public sealed class GroupNorm : Module
{
    private readonly int groups;
    private readonly double epsilon;
    private readonly Parameter weight;
    private readonly Parameter bias;

    /// <summary>Creates the layer for a number of groups and channels.</summary>
    public GroupNorm(int groups, int channels, double epsilon = 1e-5)
    {
        this.groups = groups;
        this.epsilon = epsilon;
        weight = AddParameter("weight", channels);
        bias = AddParameter("bias", channels);
        using var scope = TensorScope.Begin();
        Initial.Affine(weight, bias);
    }

    /// <summary>[N,C,…] → the same shape.</summary>
    public Tensor Forward(Tensor input) => Functional.GroupNorm(input, groups, weight.Value, bias.Value, epsilon);

    /// <summary>SiLU(norm(x)), or SiLU(norm(x) · (1 + scale) + shift) with scale and shift [N,C,1,1].</summary>
    public Tensor ForwardSilu(Tensor input, Tensor? scale = null, Tensor? shift = null) =>
        Functional.GroupNormSilu(input, groups, weight.Value, bias.Value, epsilon, scale, shift);

    /// <inheritdoc/>
    protected override void Reset(Func<string, Parameter, Tensor> uniform) => Initial.Affine(weight, bias);
}
