using Limpid.Torch.Weights;

namespace Limpid.Torch.Optimizers;

/// <summary>Moves the parameters it was made for against their gradients.</summary>
/// <remarks>
/// Make it after the network has been moved to its device. One thread at a time. A step is deterministic; with the state
/// saved and loaded, training goes on bit for bit.
/// </remarks>
public interface IOptimizer : IDisposable
{
    /// <summary>One step.</summary>
    /// <param name="gradients">One per parameter, in their order; they may be overwritten.</param>
    /// <param name="learningRate">Step size, at least 0.</param>
    void Step(IReadOnlyList<Tensor> gradients, double learningRate);

    /// <summary>Adds the state under names that begin with the prefix.</summary>
    void Save(StoredTensors state, string prefix);

    /// <summary>Takes the state that <see cref="Save"/> stored.</summary>
    /// <exception cref="InputException">It is missing or of another network.</exception>
    void Load(StoredTensors state, string prefix);
}
