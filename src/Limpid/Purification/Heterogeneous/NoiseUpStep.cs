using Limpid.Diffusion;
using Limpid.Torch;
using Limpid.Torch.Noise;

namespace Limpid.Purification.Heterogeneous;

/// <summary>U forward steps of the training schedule, one by one as published.</summary>
internal sealed class NoiseUpStep(NoiseSchedule schedule, StepIndex[] from, int steps) : IChainStep
{
    public Tensor Apply(Tensor state, Tensor input, INoise noise)
    {
        using var scope = TensorScope.Begin();
        for (int k = 1; k <= steps; k++)
        {
            StepIndex[] to = Array.ConvertAll(from, i => new StepIndex(i.Value + k));
            state = ForwardProcess.Step(schedule, state, to, PerSample.Normal(noise, NoisePurpose.Resampling, DrawNumber.Of(from, k), state));
        }
        return scope.Return(state);
    }
}

/// <summary>From an index back up to a noisier one at once: x_i = √(ᾱ_i/ᾱ_j)·x_j + √(1 − ᾱ_i/ᾱ_j)·z.</summary>
internal sealed class NoiseBackStep(NoiseSchedule schedule, StepIndex[] from, StepIndex[] to, int visit) : IChainStep
{
    public Tensor Apply(Tensor state, Tensor input, INoise noise)
    {
        using var scope = TensorScope.Begin();
        var kept = PerSample.Column(state, from, to, Kept);
        var sigma = PerSample.Column(state, from, to, (j, i) => Math.Sqrt(1 - Math.Pow(Kept(j, i), 2)));
        var z = PerSample.Normal(noise, NoisePurpose.Resampling, DrawNumber.Of(to, visit), state);
        return scope.Return((state * kept) + (z * sigma));
    }

    private double Kept(StepIndex j, StepIndex i) => Math.Sqrt(schedule.AlphaBar(i) / schedule.AlphaBar(j));
}
