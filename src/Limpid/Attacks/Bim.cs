using Limpid.Torch;
using Limpid.Torch.Noise;

namespace Limpid.Attacks;

/// <summary>Basic iterative method: small sign steps from the image itself (Kurakin et al., ICLR 2017 workshop).</summary>
/// <param name="Threat">Norm and radius.</param>
public sealed record Bim(Threat Threat) : IAttack
{
    /// <summary>Gradient steps; 0 for the paper's min(255ε + 4, 1.25 · 255ε), rounded down (§2.2), in units of 1/255 per step.</summary>
    public int Steps { get; init => field = Require.AtLeast(value, 0, "steps"); } = 10;

    /// <summary>Length of a step in units of pixels; ε/4 (2/255 at 8/255) unless set.</summary>
    public double StepSize
    {
        get => field > 0 ? field : Threat.Epsilon / 4;
        init => field = Require.Positive(value, "step size");
    }

    /// <summary>Draws of the target that a gradient is averaged over (EOT), at least 1.</summary>
    public int Samples { get; init => field = Require.AtLeast(value, 1, "samples"); } = 1;

    /// <inheritdoc/>
    public AttackResult Run(ITarget target, Tensor images, Tensor labels, INoise noise, CancellationToken cancellation = default) =>
        new Pgd(Threat) { Steps = ResolvedSteps(), StepSize = StepSize, RandomStart = false, Samples = Samples }
            .Run(target, images, labels, noise, cancellation);

    private int ResolvedSteps()
    {
        double levels = 255 * Threat.Epsilon;
        return Steps > 0 ? Steps : Math.Max(1, (int)Math.Min(levels + 4, 1.25 * levels));
    }
}
