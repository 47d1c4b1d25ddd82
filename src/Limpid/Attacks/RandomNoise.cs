using Limpid.Torch;
using Limpid.Torch.Noise;

namespace Limpid.Attacks;

/// <summary>Noise of the threat's own size, knowing nothing of the target: the control that every attack must beat.</summary>
/// <remarks>ℓ∞: uniform in the ball. ℓ2: a random direction at the full radius, before the limit to [0,1].</remarks>
/// <param name="Threat">Norm and radius.</param>
public sealed record RandomNoise(Threat Threat) : IAttack
{
    /// <inheritdoc/>
    public AttackResult Run(ITarget target, Tensor images, Tensor labels, INoise noise, CancellationToken cancellation = default)
    {
        using var scope = TensorScope.Begin();
        var found = Perturb(images, noise);
        var wrong = target.Logits(found, noise.Branch(NoisePurpose.Select, 0)).ArgMax(1).NotEqualTo(labels).ToBools();
        return new AttackResult(scope.Return(found), wrong, new int[noise.Count]);
    }

    /// <summary>The images with noise of the threat's size, in [0,1].</summary>
    public Tensor Perturb(Tensor images, INoise noise)
    {
        if (Threat.Norm == ThreatNorm.Linf)
        {
            return Threat.Geometry().RandomStart(images, noise);
        }
        using var scope = TensorScope.Begin();
        var direction = noise.Normal(NoisePurpose.AttackStart, 0, images.Shape[1..], images.Device).To(images.DType);
        var unit = direction / direction.Norm(2, [1, 2, 3], keepDimensions: true);
        return scope.Return((images + unit * Threat.Epsilon).Clamp(0, 1));
    }
}
