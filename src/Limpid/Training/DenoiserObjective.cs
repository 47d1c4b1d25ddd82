using Limpid.Classifiers;
using Limpid.Detection;
using Limpid.Purification;
using Limpid.Purification.Networks;
using Limpid.Torch;
using Limpid.Torch.Noise;

namespace Limpid.Training;

/// <summary>What DAD's denoiser makes small: MMD-OPT(x, x̂) + α·CE(h(x̂), y), x̂ the denoised adversarial twins of x (ICML 2025, §4, algorithm 2).</summary>
/// <remarks>
/// The discrepancy is the V-statistic of the frozen, trained kernel; it passes its gradient to x̂ through features and pixels.
/// Features and classifier are frozen and in evaluation mode. A batch must hold several images, since the
/// discrepancy is one of distributions: 100 in DAD, 60 epochs of Adam at 1e-3, a tenth from epoch 45.
/// </remarks>
/// <param name="denoiser">The network that is trained.</param>
/// <param name="view">What the kernel compares.</param>
/// <param name="kernel">The trained kernel.</param>
/// <param name="classifier">h: the classifier that is defended.</param>
/// <param name="lossWeight">α.</param>
/// <param name="cleanShare">Share of twins, in [0,1], that are replaced by their clean images; 0 in the paper.</param>
public sealed class DenoiserObjective(DadDenoiser denoiser, IRepresentation view, DeepKernel kernel, IClassifier classifier, double lossWeight = 0.01, double cleanShare = 0) : IBatchObjective
{
    /// <summary>The loss of a batch of a <see cref="TwinDataset"/>.</summary>
    /// <exception cref="InputException">The images are no pairs.</exception>
    public Tensor Loss(TrainingBatch batch)
    {
        ArgumentNullException.ThrowIfNull(batch);
        int channels = denoiser.Options.Channels;
        if (batch.Images.Size(1) != 2 * channels)
        {
            throw new InputException($"the denoiser learns from pairs of {channels} channels each, clean and adversarial, not from images of {batch.Images.Size(1)} channels");
        }
        using var scope = TensorScope.Begin();
        return scope.Return(Loss(batch.Images.Slice(1, 0, channels), batch.Images.Slice(1, channels, 2 * channels), batch.Labels, batch.Noise));
    }

    /// <summary>The loss of clean images and their adversarial twins, a recorded scalar.</summary>
    /// <param name="clean">[N,C,H,W] in [0,1], N at least 2.</param>
    /// <param name="adversarial">Their twins.</param>
    /// <param name="labels">int64 [N].</param>
    /// <param name="noise">The noise of these rows.</param>
    /// <exception cref="InputException">There is but one pair.</exception>
    public Tensor Loss(Tensor clean, Tensor adversarial, Tensor labels, INoise noise)
    {
        if (noise.Count < 2)
        {
            throw new InputException("the denoiser's loss compares distributions: train it on batches of several images, such as 100");
        }
        using var scope = TensorScope.Begin();
        var seen = CleanShare.Mix(adversarial, clean, CleanShare.Draw(noise, cleanShare));
        var denoised = denoiser.Forward(DenoiserInput.Noised(seen, denoiser.Options.Noise, denoiser.Options.Deviation, noise));
        var blocks = kernel.Blocks(view.Represent(clean, noise), view.Represent(denoised, noise));
        var crossEntropy = Functional.CrossEntropy(classifier.Logits(denoised), labels).Mean();
        return scope.Return(MaximumMeanDiscrepancy.Biased(blocks) + crossEntropy * lossWeight);
    }
}
