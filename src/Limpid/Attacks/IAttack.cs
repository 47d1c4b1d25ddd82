using Limpid.Torch;
using Limpid.Torch.Noise;

namespace Limpid.Attacks;

/// <summary>Searches, within a threat model, for images that the target gets wrong.</summary>
public interface IAttack
{
    /// <summary>What the attack may change.</summary>
    Threat Threat { get; }

    /// <summary>Attacks a batch.</summary>
    /// <param name="target">What is attacked.</param>
    /// <param name="images">Clean images [N,C,H,W] in [0,1].</param>
    /// <param name="labels">True classes, int64 [N].</param>
    /// <param name="noise">The noise of these rows.</param>
    /// <param name="cancellation">Looked at once per step; a target made with the same token (<c>Defense.Target</c>) also stops within one.</param>
    /// <returns>Adversarial images within the threat model and [0,1]; the caller owns them.</returns>
    AttackResult Run(ITarget target, Tensor images, Tensor labels, INoise noise, CancellationToken cancellation = default);
}

/// <summary>What an attack found.</summary>
/// <param name="Adversarial">[N,C,H,W] in [0,1].</param>
/// <param name="Success">Per sample, whether the attack itself saw a wrong prediction for the returned image; not the verdict of an evaluation.</param>
/// <param name="Iterations">Per sample, gradient steps taken.</param>
public sealed record AttackResult(Tensor Adversarial, bool[] Success, int[] Iterations);
