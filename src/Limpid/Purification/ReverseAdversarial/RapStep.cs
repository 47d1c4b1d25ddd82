using Limpid.Diffusion;
using Limpid.Purification.Networks;
using Limpid.Torch;
using Limpid.Torch.Noise;

namespace Limpid.Purification.ReverseAdversarial;

/// <summary>x̂₀ = f(x_t, t).</summary>
internal sealed class RapStep(RapAdapter adapter, StepCount t) : IChainStep
{
    public Tensor Apply(Tensor state, Tensor input, INoise noise) => adapter.Forward(state, Same(state, t));

    public static StepCount[] Same(Tensor state, StepCount t) => [.. Enumerable.Repeat(t, (int)state.Size(0))];
}
