using Limpid.Torch;
using Limpid.Torch.Noise;

namespace Limpid.Attacks;

/// <summary>The ℓ2 ball: steps along the unit gradient, changes shortened to the radius.</summary>
/// <param name="epsilon">Radius in units of pixels in [0,1].</param>
/// <param name="signSteps">Steps along the sign of the gradient instead, as the code of Lee and Kim (ICCV 2023) does; for reproduction.</param>
public sealed class L2Geometry(double epsilon, bool signSteps = false) : INormGeometry
{
    private const double Guard = 1e-10;

    /// <inheritdoc/>
    /// <remarks>A uniform direction and a uniform radius: denser at the center than a uniform point of the ball.</remarks>
    public Tensor RandomStart(Tensor images, INoise noise)
    {
        using var scope = TensorScope.Begin();
        var direction = noise.Normal(NoisePurpose.AttackStart, 0, images.Shape[1..], images.Device).To(images.DType);
        var radius = noise.Uniform(NoisePurpose.AttackStart, 1, [1, 1, 1], images.Device).To(images.DType);
        return scope.Return((images + direction * (radius / RowNorm(direction) * epsilon)).Clamp(0, 1));
    }

    /// <inheritdoc/>
    public Tensor Step(Tensor at, Tensor gradient, double size)
    {
        using var scope = TensorScope.Begin();
        var direction = signSteps ? gradient.Sign() : gradient / (RowNorm(gradient) + Guard);
        return scope.Return(at + direction * size);
    }

    /// <inheritdoc/>
    public Tensor Project(Tensor at, Tensor images)
    {
        using var scope = TensorScope.Begin();
        var change = at - images;
        // A change of length 0 gives ε/0 = ∞, which the limit turns into 1.
        var shrink = (epsilon / RowNorm(change)).Clamp(null, 1);
        return scope.Return((images + change * shrink).Clamp(0, 1));
    }

    /// <inheritdoc/>
    public double[] Distance(Tensor at, Tensor images) => Distances.L2(at, images);

    private static Tensor RowNorm(Tensor rows) => rows.Norm(2, [1, 2, 3], keepDimensions: true);
}
