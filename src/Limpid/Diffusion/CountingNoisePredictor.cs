using Limpid.Torch;

namespace Limpid.Diffusion;

/// <summary>Counts the images that pass through a network: the cost of a defense in the unit that matters.</summary>
/// <param name="network">The network.</param>
public sealed class CountingNoisePredictor(INoisePredictor network) : INoisePredictor
{
    private long images;
    private long calls;

    /// <summary>Images so far; a batch of eight is eight.</summary>
    public long Images => Interlocked.Read(ref images);

    /// <summary>Batches so far.</summary>
    public long Calls => Interlocked.Read(ref calls);

    /// <inheritdoc/>
    public Tensor PredictNoise(Tensor diffused, ReadOnlySpan<double> timesteps)
    {
        Interlocked.Add(ref images, diffused.Size(0));
        Interlocked.Increment(ref calls);
        return network.PredictNoise(diffused, timesteps);
    }
}
