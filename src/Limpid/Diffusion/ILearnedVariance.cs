using Limpid.Torch;

namespace Limpid.Diffusion;

/// <summary>A noise predictor that also predicts where its variance lies between the two fixed ones.</summary>
public interface ILearnedVariance : INoisePredictor
{
    /// <summary>Whether this network does: one class may serve networks with and without.</summary>
    bool HasLearnedVariance { get; }

    /// <summary>Noise and interpolation v (nominally in [−1,1]), each [N,C,H,W].</summary>
    (Tensor Noise, Tensor Interpolation) PredictNoiseAndVariance(Tensor diffused, ReadOnlySpan<double> timesteps);
}
