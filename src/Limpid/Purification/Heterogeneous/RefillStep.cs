using Limpid.Diffusion;
using Limpid.Torch;
using Limpid.Torch.Noise;

namespace Limpid.Purification.Heterogeneous;

/// <summary>Keeps the attended pixels of the state and takes all others from the input, noised to the state's level.</summary>
/// <param name="schedule">The schedule.</param>
/// <param name="mask">1 where the state is kept, [N,1,H,W]; the step frees it.</param>
/// <param name="at">Index of the state per row.</param>
/// <param name="visit">Which visit of this index it is; each has noise of its own.</param>
internal sealed class RefillStep(NoiseSchedule schedule, Tensor mask, StepIndex[] at, int visit) : IChainStep, IDisposable
{
    public Tensor Apply(Tensor state, Tensor input, INoise noise)
    {
        using var scope = TensorScope.Begin();
        var z = PerSample.Normal(noise, NoisePurpose.Reference, DrawNumber.Of(at, visit), state);
        var known = ForwardProcess.Jump(schedule, input, at, z);
        return scope.Return((state * mask) + (known * (1 - mask)));
    }

    public void Dispose() => mask.Dispose();
}
