using Limpid.Torch;
using Limpid.Torch.Noise;

namespace Limpid.Purification;

/// <summary>One step of a purification: a pure, differentiable function of state, input and noise.</summary>
/// <remarks>
/// Pure: the same arguments give the same result, so a step can be recomputed when its gradient is taken.
/// A row of the result depends on that row only. Rows that a step does not concern pass through unchanged, without
/// network calls.
/// </remarks>
public interface IChainStep
{
    /// <summary>The next state.</summary>
    /// <param name="state">[N,C,H,W] in the diffusion domain.</param>
    /// <param name="input">The image that is purified, [N,C,H,W] in [−1,1]: what guides or fills the state.</param>
    /// <param name="noise">The noise of these rows.</param>
    Tensor Apply(Tensor state, Tensor input, INoise noise);
}
