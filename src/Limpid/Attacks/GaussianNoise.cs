using Limpid.Torch;
using Limpid.Torch.Noise;

namespace Limpid.Attacks;

/// <summary>Gaussian noise of a given strength, without a budget: x + σ·N(0,1), limited to [0,1].</summary>
/// <remarks>For noise of a threat model's size use <see cref="RandomNoise"/>.</remarks>
/// <param name="Sigma">Standard deviation in units of pixels in [0,1]; 0.1 in the literature's tables.</param>
public sealed record GaussianNoise(double Sigma = 0.1) : IAttack
{
    /// <summary>Unbounded.</summary>
    public Threat Threat => new(ThreatNorm.L2, double.PositiveInfinity);

    /// <inheritdoc/>
    public AttackResult Run(ITarget target, Tensor images, Tensor labels, INoise noise, CancellationToken cancellation = default)
    {
        using var scope = TensorScope.Begin();
        var normal = noise.Normal(NoisePurpose.AttackStart, 0, images.Shape[1..], images.Device).To(images.DType);
        var found = (images + normal * Sigma).Clamp(0, 1);
        var wrong = target.Logits(found, noise.Branch(NoisePurpose.Select, 0)).ArgMax(1).NotEqualTo(labels).ToBools();
        return new AttackResult(scope.Return(found), wrong, new int[noise.Count]);
    }
}
