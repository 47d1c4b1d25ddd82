using Limpid.Torch;

namespace Limpid.Detection;

/// <summary>A detector that compares images with clean ones by a deep kernel.</summary>
public interface IKernelDetector : IDetector
{
    /// <summary>The clean images and the kernel.</summary>
    CleanReference Reference { get; }

    /// <summary>The score of images that have been represented already; see <see cref="IDetector.Score"/>.</summary>
    Tensor ScoreOf(Represented tested);
}
