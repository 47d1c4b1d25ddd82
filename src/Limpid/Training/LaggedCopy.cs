using Limpid.Torch.Layers;
using Limpid.Torch.Optimizers;

namespace Limpid.Training;

/// <summary>A second network that holds a training's averaged weights as they were a while ago, and stands still between two refreshes.</summary>
/// <remarks>For objectives that ask an older self, such as an attack on weights that do not move. A checkpoint keeps it, so that a resumed training goes on exactly.</remarks>
/// <param name="network">A network of the same construction as the trained one, in evaluation mode on the same device; not owned.</param>
/// <param name="every">Training steps from one refresh to the next, at least 1.</param>
public sealed class LaggedCopy(Module network, int every)
{
    /// <summary>The network.</summary>
    public Module Network => network;

    /// <summary>Takes the average where the step is one of refreshing: 0, <c>every</c>, twice that, …</summary>
    internal void Refresh(long step, ExponentialMovingAverage average)
    {
        if (step % every == 0)
        {
            average.CopyTo(network);
        }
    }
}
