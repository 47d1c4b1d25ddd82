using Limpid.Diffusion.Networks;
using Limpid.Torch;

namespace Limpid.Diffusion;

/// <summary>A guided-diffusion U-Net as a noise predictor; extra output channels are dropped.</summary>
/// <param name="network">An unconditional network in evaluation mode.</param>
/// <remarks>Owns the network.</remarks>
public sealed class UNetNoisePredictor(GuidedUNet network) : ILearnedVariance, IDisposable
{
    /// <summary>The network.</summary>
    public GuidedUNet Network => network;

    /// <summary>A hash of weights and construction, the same as that of the file the network is saved in.</summary>
    public string Fingerprint => DenoiserKinds.Guided.Wrap(network, network.Options).Fingerprint;

    /// <inheritdoc/>
    public bool HasLearnedVariance => network.Options.OutChannels == 2 * network.Options.InChannels;

    /// <inheritdoc/>
    public Tensor PredictNoise(Tensor diffused, ReadOnlySpan<double> timesteps)
    {
        using var scope = TensorScope.Begin();
        var output = network.Forward(diffused, timesteps);
        return scope.Return(HasLearnedVariance ? output.Slice(1, 0, network.Options.InChannels) : output);
    }

    /// <inheritdoc/>
    /// <exception cref="InvalidOperationException">The network has no variance channels.</exception>
    public (Tensor Noise, Tensor Interpolation) PredictNoiseAndVariance(Tensor diffused, ReadOnlySpan<double> timesteps)
    {
        if (!HasLearnedVariance)
        {
            throw new InvalidOperationException("the network does not predict its variance");
        }
        using var scope = TensorScope.Begin();
        var parts = network.Forward(diffused, timesteps).Chunk(2, 1);
        return (scope.Return(parts[0]), scope.Return(parts[1]));
    }

    /// <summary>Frees the network.</summary>
    public void Dispose() => network.Dispose();
}
