using Limpid.Torch;

namespace Limpid.Diffusion;

/// <summary>Counts the images that pass through a network: the cost of a defense in the unit that matters.</summary>
/// <param name="network">The network.</param>
public sealed class CountingNoisePredictor(INoisePredictor network) : ILearnedVariance
{
    private long images;
    private long calls;

    /// <summary>Images so far; a batch of eight is eight.</summary>
    public long Images => Interlocked.Read(ref images);

    /// <summary>Batches so far.</summary>
    public long Calls => Interlocked.Read(ref calls);

    /// <inheritdoc/>
    public bool HasLearnedVariance => network is ILearnedVariance { HasLearnedVariance: true };

    /// <inheritdoc/>
    public Tensor PredictNoise(Tensor diffused, ReadOnlySpan<double> timesteps)
    {
        Count(diffused);
        return network.PredictNoise(diffused, timesteps);
    }

    /// <inheritdoc/>
    /// <exception cref="InvalidOperationException">The network does not predict its variance.</exception>
    public (Tensor Noise, Tensor Interpolation) PredictNoiseAndVariance(Tensor diffused, ReadOnlySpan<double> timesteps)
    {
        Count(diffused);
        return network is ILearnedVariance learned
            ? learned.PredictNoiseAndVariance(diffused, timesteps)
            : throw new InvalidOperationException("the network does not predict its variance");
    }

    private void Count(Tensor diffused)
    {
        Interlocked.Add(ref images, diffused.Size(0));
        Interlocked.Increment(ref calls);
    }
}
