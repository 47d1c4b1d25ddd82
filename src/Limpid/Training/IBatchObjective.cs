using Limpid.Torch;

namespace Limpid.Training;

/// <summary>What a training makes small: noise prediction, cross-entropy, adversarial losses.</summary>
/// <remarks>A pure function of the network's weights and the batch, all randomness from the batch's noise, so that a resumed training repeats it exactly.</remarks>
public interface IBatchObjective
{
    /// <summary>The loss of a batch: one recorded number, with the network in training mode.</summary>
    Tensor Loss(TrainingBatch batch);
}
