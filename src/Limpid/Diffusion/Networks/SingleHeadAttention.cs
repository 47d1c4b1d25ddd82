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
        Tensor Flat(Tensor t) => t.Reshape(n, channels, length);
        return scope.Return(Functional.Attention(Flat(q), Flat(k), Flat(v), 1 / Math.Sqrt(channels)).Reshape(q.Shape));
    }
}
