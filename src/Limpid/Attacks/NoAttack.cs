using Limpid.Torch;
using Limpid.Torch.Noise;

namespace Limpid.Attacks;

/// <summary>Leaves images as they are: for runs that ask for clean accuracy alone.</summary>
/// <param name="Threat">What an attacker might have done; the random-noise control keeps to it.</param>
public sealed record NoAttack(Threat Threat) : IAttack
{
    /// <inheritdoc/>
    public AttackResult Run(ITarget target, Tensor images, Tensor labels, INoise noise, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(images);
        return new AttackResult(images.Clone(), new bool[noise.Count], new int[noise.Count]);
    }
}
