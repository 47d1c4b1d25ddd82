using Limpid.Torch;

namespace Limpid.Classifiers;

/// <summary>A network that names what an image shows.</summary>
/// <remarks>Normalization is inside. Evaluation mode: a row's logits depend on that row only. Safe to call from several threads.</remarks>
public interface IClassifier
{
    /// <summary>Number of classes.</summary>
    int ClassCount { get; }

    /// <summary>Logits float32 [N,ClassCount] of images float32 [N,C,H,W] in [0,1] on the classifier's device; differentiable in the images.</summary>
    Tensor Logits(Tensor images);
}
