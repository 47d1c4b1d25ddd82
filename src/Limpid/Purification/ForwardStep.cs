using Limpid.Diffusion;
using Limpid.Torch;
using Limpid.Torch.Noise;

namespace Limpid.Purification;

/// <summary>Noises the state up to an index per sample; the noise is keyed by that index.</summary>
/// <param name="schedule">The schedule.</param>
/// <param name="to">Index per row.</param>
public sealed class ForwardStep(NoiseSchedule schedule, StepIndex[] to) : IChainStep
{
    /// <inheritdoc/>
    public Tensor Apply(Tensor state, Tensor input, INoise noise)
    {
        using var scope = TensorScope.Begin();
        return scope.Return(ForwardProcess.Jump(schedule, state, to, PerSample.Normal(noise, NoisePurpose.Forward, to, state)));
    }
}
