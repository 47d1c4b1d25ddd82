using Limpid.Diffusion;
using Limpid.Purification.Networks;
using Limpid.Torch;
using Limpid.Torch.Noise;

namespace Limpid.Purification.ReverseAdversarial;

/// <summary>x_{t−1} = x_t − D(x̂₀, t) + D(x̂₀, t − 1), x̂₀ = f(x_t, t), straight-through: its gradient is the identity.</summary>
internal sealed class RapColdStep(RapAdapter adapter, RapAttack attack, StepCount t) : IChainStep
{
    public Tensor Apply(Tensor state, Tensor input, INoise noise)
    {
        using var scope = TensorScope.Begin();
        return scope.Return(state + Correction(state.Detach()));
    }

    private Tensor Correction(Tensor state)
    {
        using var noGrad = GradMode.Off();
        using var scope = TensorScope.Begin();
        var states = attack.States(adapter.Forward(state, RapStep.Same(state, t)), t.Value);
        return scope.Return(states[^2] - states[^1]);
    }
}
