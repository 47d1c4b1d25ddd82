using Limpid.Classifiers;
using Limpid.Torch;
using Limpid.Torch.Noise;

namespace Limpid.Tests.Attacks;

/// <summary>Two classes apart by a plane: logits (0, w·x + b), so the worst perturbation of any radius is known exactly.</summary>
internal sealed class LinearClassifier : IClassifier, IDisposable
{
    private readonly Tensor weight;
    private readonly double bias;

    /// <summary>A plane through the middle of the box, shifted by <paramref name="bias"/>.</summary>
    public LinearClassifier(ulong seed, long[] shape, double bias = 0, DType dtype = DType.Float64)
    {
        using var scope = TensorScope.Begin();
        weight = new KeyedNoise(seed, [default]).Normal(NoisePurpose.Weights, 0, shape).To(dtype).Reshape(1, -1).Keep();
        this.bias = bias - weight.Sum().Item() / 2;
    }

    public int ClassCount => 2;

    /// <summary>The most that the margin can grow within a ball of radius 1, away from the walls of the box.</summary>
    public double DualNorm(Limpid.Attacks.ThreatNorm norm)
    {
        using var scope = TensorScope.Begin();
        return weight.Norm(norm == Limpid.Attacks.ThreatNorm.Linf ? 1 : 2, [0, 1]).Item();
    }

    public Tensor Logits(Tensor images)
    {
        using var scope = TensorScope.Begin();
        var z = Functional.Linear(images.Reshape(images.Size(0), -1), weight) + bias;
        return scope.Return(Tensor.Concat([z * 0, z], 1));
    }

    public void Dispose() => weight.Dispose();
}
