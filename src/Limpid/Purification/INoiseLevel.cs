using Limpid.Torch;
using Limpid.Torch.Noise;

namespace Limpid.Purification;

/// <summary>How far each sample is diffused.</summary>
/// <remarks>Any diffusion purifier takes any noise level. Constant for gradients.</remarks>
public interface INoiseLevel
{
    /// <summary>One share of the purifier's own level per sample and the count it gives.</summary>
    /// <param name="images">[N,C,H,W] in [0,1].</param>
    /// <param name="noise">The noise of these rows.</param>
    /// <returns>A function from the purifier's shared count t* (of the run at hand) to one count 0…T per sample; 0 leaves the image as it is.</returns>
    SampleLevels Measure(Tensor images, INoise noise);
}

/// <summary>The measured levels of a batch.</summary>
/// <param name="Count">From t* of a run to the counts of the samples.</param>
/// <param name="ScoreNorms">What they were derived from, where anything was measured.</param>
public sealed record SampleLevels(Func<int, int[]> Count, double[]? ScoreNorms = null);
