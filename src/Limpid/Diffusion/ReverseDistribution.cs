using Limpid.Torch;

namespace Limpid.Diffusion;

/// <summary>The normal distribution that a network gives a less noisy image.</summary>
/// <param name="Mean">[N,C,H,W].</param>
/// <param name="LogVariance">[N,C,H,W] or [N,1,1,1].</param>
/// <param name="Clean">The predicted clean image x̂0, clipped where the sampler clips.</param>
internal readonly record struct ReverseDistribution(Tensor Mean, Tensor LogVariance, Tensor Clean);
