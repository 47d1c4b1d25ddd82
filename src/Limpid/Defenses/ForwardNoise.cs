using Limpid.Purification;
using Limpid.Torch;
using Limpid.Torch.Noise;

namespace Limpid.Defenses;

/// <summary>Only the first step of a purifier's plan: in every diffusion purifier, the noising of the image.</summary>
internal sealed class ForwardNoise(IPurifier purifier) : IPurifier
{
    public PurificationPlan Plan(Tensor images, INoise noise, CancellationToken cancellation = default)
    {
        var plan = purifier.Plan(images, noise, cancellation);
        foreach (var step in plan.Steps.Skip(1))
        {
            (step as IDisposable)?.Dispose();
        }
        return plan with { Steps = [.. plan.Steps.Take(1)] };
    }
}
