using Limpid.Torch;
using Limpid.Torch.Noise;

namespace Limpid.Attacks;

/// <summary>Fast gradient sign method: one step of the whole radius (Goodfellow et al., ICLR 2015); for ℓ2 along the unit gradient.</summary>
/// <param name="Threat">Norm and radius.</param>
public sealed record Fgsm(Threat Threat) : IAttack
{
    /// <summary>Draws of the target that the gradient is averaged over (EOT), at least 1.</summary>
    public int Samples { get; init => field = Require.AtLeast(value, 1, "samples"); } = 1;

    /// <inheritdoc/>
    public AttackResult Run(ITarget target, Tensor images, Tensor labels, INoise noise, CancellationToken cancellation = default) =>
        new Pgd(Threat) { Steps = 1, StepSize = Threat.Epsilon, RandomStart = false, Samples = Samples }
            .Run(target, images, labels, noise, cancellation);
}
