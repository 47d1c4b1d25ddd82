using Limpid.Diffusion;
using Limpid.Purification.Networks;
using Limpid.Torch;
using Limpid.Torch.Noise;

namespace Limpid.Purification.ReverseAdversarial;

/// <summary>x_{t−1} = D(f(x_t, t), t − 1), straight-through (RAP, algorithm 2).</summary>
internal sealed class RapPseudoLabelStep(RapAdapter adapter, RapAttack attack, StepCount t) : IChainStep
{
    public Tensor Apply(Tensor state, Tensor input, INoise noise)
    {
        using var scope = TensorScope.Begin();
        var estimate = adapter.Forward(state, RapStep.Same(state, t)); // x̂₀
        if (t.Value == 1)
        {
            return scope.Return(estimate);
        }
        // Added as a constant, so that ∂x_{t−1}/∂x̂₀ = I.
        return scope.Return(estimate + (attack.States(estimate, t.Value - 1)[^1] - estimate.Detach()));
    }
}
