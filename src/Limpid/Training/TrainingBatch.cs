using Limpid.Torch;
using Limpid.Torch.Noise;

namespace Limpid.Training;

/// <summary>What one step learns from; its tensors belong to the scope of the step.</summary>
/// <param name="images">[N,C,H,W] in [0,1], augmented, on the device of the network.</param>
/// <param name="labels">int64 [N] on the device; −1 where unknown.</param>
/// <param name="noise">Randomness of this step, a row per image; a function of seed, step and image alone.</param>
public sealed class TrainingBatch(Tensor images, Tensor labels, INoise noise)
{
    /// <summary>Images [N,C,H,W] in [0,1].</summary>
    public Tensor Images => images;

    /// <summary>Labels int64 [N].</summary>
    public Tensor Labels => labels;

    /// <summary>Randomness of this step.</summary>
    public INoise Noise => noise;

    /// <summary>Steps that the training took before this one.</summary>
    public long Step { get; init; }
}
