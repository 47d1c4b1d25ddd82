using Limpid.Torch.Operators;

namespace Limpid.Torch.Optimizers;

/// <summary>The length of all gradients together, and its limit.</summary>
public static class GradientNorm
{
    /// <summary>Shrinks the gradients, in place, to a joint Euclidean norm of at most <paramref name="limit"/>; returns the norm before.</summary>
    /// <remarks>A norm that is not finite is returned and the gradients are left as they are.</remarks>
    public static double Clip(IReadOnlyList<Tensor> gradients, double limit)
    {
        using var noGrad = GradMode.Off();
        var list = new TensorList(gradients);
        double norm = list.Norm();
        if (norm > limit && double.IsFinite(norm))
        {
            list.Multiply(limit / norm);
        }
        return norm;
    }
}
