using Limpid.Torch;

namespace Limpid.Diffusion.Networks;

/// <summary>Attention of one head over the positions of a feature map.</summary>
internal static class SingleHeadAttention
{
    /// <summary>softmax(qᵀk / √C) applied to v; all [N,C,H,W].</summary>
    public static Tensor Attend(Tensor q, Tensor k, Tensor v)
    {
        using var scope = TensorScope.Begin();
        long n = q.Size(0), channels = q.Size(1), length = q.Size(2) * q.Size(3);
        var scores = q.Reshape(n, channels, length).Transpose(1, 2).BatchMatMul(k.Reshape(n, channels, length)) * (1 / Math.Sqrt(channels));
        var weights = Functional.Softmax(scores, 2); // [N, query, key]
        return scope.Return(v.Reshape(n, channels, length).BatchMatMul(weights.Transpose(1, 2)).Reshape(q.Shape));
    }
}
