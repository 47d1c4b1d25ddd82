using Limpid.Torch;
using Limpid.Torch.Noise;

namespace Limpid.Purification;

/// <summary>A step of one of several rounds: its noise is that of the round.</summary>
/// <param name="step">The step.</param>
/// <param name="round">Which round, from 0.</param>
public sealed class RoundStep(IChainStep step, int round) : IChainStep, IDisposable
{
    /// <inheritdoc/>
    public Tensor Apply(Tensor state, Tensor input, INoise noise) => step.Apply(state, input, noise.Branch(NoisePurpose.Round, round));

    /// <summary>Frees what the step holds.</summary>
    public void Dispose() => (step as IDisposable)?.Dispose();
}
