using Limpid.Torch;
using Limpid.Torch.Noise;

namespace Limpid.Attacks;

/// <summary>The ℓ∞ ball: sign steps, each value limited by itself.</summary>
/// <param name="epsilon">Radius in units of pixels in [0,1].</param>
public sealed class LinfGeometry(double epsilon) : INormGeometry
{
    /// <inheritdoc/>
    /// <remarks>Uniform in the ball.</remarks>
    public Tensor RandomStart(Tensor images, INoise noise)
    {
        using var scope = TensorScope.Begin();
        var u = noise.Uniform(NoisePurpose.AttackStart, 0, images.Shape[1..], images.Device).To(images.DType);
        return scope.Return((images + (u * (2 * epsilon) - epsilon)).Clamp(0, 1));
    }

    /// <inheritdoc/>
    public Tensor Step(Tensor at, Tensor gradient, double size)
    {
        using var scope = TensorScope.Begin();
        return scope.Return(at + gradient.Sign() * size);
    }

    /// <inheritdoc/>
    public Tensor Project(Tensor at, Tensor images)
    {
        using var scope = TensorScope.Begin();
        return scope.Return((images + (at - images).Clamp(-epsilon, epsilon)).Clamp(0, 1));
    }

    /// <inheritdoc/>
    public double[] Distance(Tensor at, Tensor images) => Distances.Linf(at, images);
}
