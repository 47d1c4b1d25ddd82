using Limpid.Diffusion;
using Limpid.Torch;
using Limpid.Torch.Noise;

namespace Limpid.Purification;

/// <summary>One reverse step from an index per sample to a smaller one.</summary>
/// <param name="sampler">The sampler.</param>
/// <param name="from">Index per row, 0 or more.</param>
/// <param name="to">Smaller index per row, −1 for the clean image.</param>
public sealed class ReverseStep(ISampler sampler, StepIndex[] from, StepIndex[] to) : IChainStep
{
    /// <inheritdoc/>
    public Tensor Apply(Tensor state, Tensor input, INoise noise) => sampler.Step(state, from, to, noise);
}
