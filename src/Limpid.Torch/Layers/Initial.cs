namespace Limpid.Torch.Layers;

/// <summary>Initial weights, as PyTorch draws them by default.</summary>
public static class Initial
{
    /// <summary>Uniform in ±1/√fan-in for weight and bias (Kaiming uniform with a = √5), or zero.</summary>
    public static void FanIn(Parameter weight, Parameter? bias, bool zero, Func<string, Parameter, Tensor> uniform)
    {
        double bound = zero ? 0 : 1 / Math.Sqrt(weight.Value.Count / (double)weight.Value.Size(0));
        weight.Assign((uniform("weight", weight) - 0.5) * (2 * bound));
        bias?.Assign((uniform("bias", bias) - 0.5) * (2 * bound));
    }

    /// <summary>Weight one, bias zero: normalization layers.</summary>
    public static void Affine(Parameter weight, Parameter bias)
    {
        weight.Assign(weight.Value.OnesLike());
        bias.Assign(bias.Value.ZerosLike());
    }
}
