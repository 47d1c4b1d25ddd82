using Limpid.Torch;
using Limpid.Torch.Noise;

namespace Limpid.Detection;

/// <summary>Tells adversarial images from clean ones.</summary>
public interface IDetector
{
    /// <summary>Whether all images of a call are judged together, so that what an image is called depends on the others.</summary>
    bool JudgesBatch { get; }

    /// <summary>How suspicious images are, differentiable in them: [N], or [1] for a detector that judges the batch.</summary>
    /// <param name="images">[N,C,H,W] in [0,1].</param>
    /// <param name="noise">The noise of these rows.</param>
    /// <param name="cancellation">Looked at once per network call, where there are several.</param>
    /// <exception cref="InputException">The images are of another size than the detector was made for.</exception>
    Tensor Score(Tensor images, INoise noise, CancellationToken cancellation = default);

    /// <summary>The largest score that counts as clean when this many images come at once.</summary>
    double ThresholdFor(int images);
}

/// <summary>From scores to findings.</summary>
public static class Detecting
{
    /// <summary>What a detector says of each image, without gradient.</summary>
    /// <param name="detector">The detector.</param>
    /// <param name="images">[N,C,H,W] in [0,1].</param>
    /// <param name="noise">The noise of these rows.</param>
    /// <param name="cancellation">Looked at once per network call.</param>
    public static IReadOnlyList<Finding> Judge(this IDetector detector, Tensor images, INoise noise, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(detector);
        int count = (int)images.Size(0);
        if (count == 0)
        {
            return [];
        }
        cancellation.ThrowIfCancellationRequested();
        using var noGrad = GradMode.Off();
        using var scope = TensorScope.Begin();
        double threshold = detector.ThresholdFor(count);
        double[] scores = detector.Score(images, noise, cancellation).ToDoubles();
        return [.. Enumerable.Range(0, count).Select(i => new Finding(scores[scores.Length == 1 ? 0 : i], threshold))];
    }
}
