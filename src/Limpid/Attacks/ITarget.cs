using Limpid.Torch;
using Limpid.Torch.Noise;

namespace Limpid.Attacks;

/// <summary>A loss per sample: logits [N,K] and labels → [N], differentiable in the logits; attacks ascend it.</summary>
/// <param name="logits">[N,K].</param>
/// <param name="labels">True classes, int64 [N]; [N,2] of true class and target for targeted losses.</param>
/// <remarks>A row's loss depends on that row only, so that targets may cut batches as they like.</remarks>
public delegate Tensor SampleLoss(Tensor logits, Tensor labels);

/// <summary>All that an attack ever sees of what it attacks.</summary>
/// <remarks>One draw of a possibly random model: which draw, the noise says. Decorators add expectation over draws, BPDA, surrogates and votes.</remarks>
public interface ITarget
{
    /// <summary>Whether the noise makes no difference, so that one draw tells all.</summary>
    bool IsDeterministic => false;

    /// <summary>Logits [N,K] of images [N,C,H,W] in [0,1], without gradient.</summary>
    Tensor Logits(Tensor images, INoise noise);

    /// <summary>Loss per sample [N], its gradient with respect to the images [N,C,H,W], and the logits [N,K].</summary>
    /// <param name="images">[N,C,H,W] in [0,1].</param>
    /// <param name="labels">What the loss knows of each row, int64, first dimension N.</param>
    /// <param name="loss">The loss per sample.</param>
    /// <param name="noise">The noise of these rows.</param>
    /// <remarks>The gradient is that of the sum of the losses, so a row's gradient does not depend on the batch.</remarks>
    TargetGradient LossAndGradient(Tensor images, Tensor labels, SampleLoss loss, INoise noise);
}

/// <summary>What a target answers to a gradient query; the caller owns the tensors.</summary>
/// <param name="Loss">[N].</param>
/// <param name="Gradient">[N,C,H,W].</param>
/// <param name="Logits">[N,K].</param>
public readonly record struct TargetGradient(Tensor Loss, Tensor Gradient, Tensor Logits);
