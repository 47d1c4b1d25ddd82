using Limpid.Diffusion;
using Limpid.Torch;
using Limpid.Torch.Noise;

namespace Limpid.Purification;

/// <summary>How far each sample is diffused.</summary>
/// <remarks>Any diffusion purifier takes any noise level. Constant for gradients.</remarks>
public interface INoiseLevel
{
    /// <summary>Looks at the images once and says how a purifier's shared count t* becomes one count per sample.</summary>
    /// <param name="images">[N,C,H,W] in [0,1].</param>
    /// <param name="noise">The noise of these rows.</param>
    /// <param name="cancellation">Looked at once per network call.</param>
    SampleLevels Measure(Tensor images, INoise noise, CancellationToken cancellation = default);
}

/// <summary>The measured levels of a batch.</summary>
/// <param name="Counts">From the shared count t* of a run to one count per sample; 0 leaves the image as it is.</param>
/// <param name="ScoreNorms">What they were derived from, where anything was measured.</param>
public sealed record SampleLevels(Func<StepCount, StepCount[]> Counts, double[]? ScoreNorms = null);
