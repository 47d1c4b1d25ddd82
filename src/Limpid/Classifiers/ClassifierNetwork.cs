using Limpid.Torch;
using Limpid.Torch.Layers;

namespace Limpid.Classifiers;

/// <summary>The trained part of a classifier: normalized images in, logits out.</summary>
/// <remarks>In training mode batch normalization uses the batch and dropout is on; evaluation mode is a pure function of each row and safe from several threads.</remarks>
public abstract class ClassifierNetwork : Module
{
    /// <summary>Number of logits.</summary>
    public abstract int ClassCount { get; }

    /// <summary>Logits [N,ClassCount] of normalized images [N,C,H,W].</summary>
    public abstract Tensor Forward(Tensor images, ForwardPass pass);

    /// <summary>Logits [N,ClassCount] of normalized images [N,C,H,W], nothing else kept.</summary>
    public Tensor Forward(Tensor images) => Forward(images, ForwardPass.Plain);
}
