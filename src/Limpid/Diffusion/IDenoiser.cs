using Limpid.Torch;

namespace Limpid.Diffusion;

/// <summary>A network that predicts the clean image behind a noisy one: D(y; σ), with y = u + σ·z (EDM, Karras et al. 2022).</summary>
/// <remarks>Differentiable in the images; a row's result depends on that row only.</remarks>
public interface IDenoiser
{
    /// <summary>The predicted clean images [N,C,H,W] in [−1,1].</summary>
    /// <param name="noisy">y [N,C,H,W].</param>
    /// <param name="sigmas">Deviation of the noise, above 0, per sample.</param>
    Tensor Denoise(Tensor noisy, ReadOnlySpan<double> sigmas);
}
