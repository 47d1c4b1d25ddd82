using Limpid.Torch;

namespace Limpid.Diffusion;

/// <summary>A network that predicts the noise in a diffused image: ε̂(x_t, t).</summary>
/// <remarks>Score networks, EDM denoisers and U-Nets with learned variance are adapted to this once, where they are loaded. Differentiable in the images; a row's result depends on that row only.</remarks>
public interface INoisePredictor
{
    /// <summary>The predicted noise float32 [N,C,H,W].</summary>
    /// <param name="diffused">Diffused images [N,C,H,W]; the clean image behind them is in [−1,1].</param>
    /// <param name="timesteps">One time label per sample: an index 0…999 of the training schedule, or a real number between.</param>
    Tensor PredictNoise(Tensor diffused, ReadOnlySpan<double> timesteps);
}
