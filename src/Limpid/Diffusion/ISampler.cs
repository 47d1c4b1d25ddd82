using Limpid.Torch;
using Limpid.Torch.Noise;

namespace Limpid.Diffusion;

/// <summary>One step of a reverse process, from an index to a smaller one.</summary>
/// <remarks>A pure, differentiable function; a row of the result depends on that row only. Noise is asked for under <see cref="NoisePurpose.Reverse"/> and the index a row comes from. One network call a step.</remarks>
public interface ISampler
{
    /// <summary>The less noisy images.</summary>
    /// <param name="x">x_i [N,C,H,W].</param>
    /// <param name="from">i ≥ 0 per sample.</param>
    /// <param name="to">j &lt; i per sample; −1 is the clean image.</param>
    /// <param name="noise">The noise of these rows.</param>
    Tensor Step(Tensor x, ReadOnlySpan<StepIndex> from, ReadOnlySpan<StepIndex> to, INoise noise);
}
