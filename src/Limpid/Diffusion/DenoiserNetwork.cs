using Limpid.Classifiers;
using Limpid.Torch;
using Limpid.Torch.Layers;

namespace Limpid.Diffusion;

/// <summary>A diffusion network from a file, whosever it is, as a noise predictor.</summary>
/// <remarks>Owns the network. In evaluation mode; images of another number of channels are refused in one line.</remarks>
public sealed class DenoiserNetwork : ILearnedVariance, IContinuousLabels, IDisposable
{
    private readonly INoisePredictor predictor;
    private readonly Lazy<string> fingerprint;

    internal DenoiserNetwork(string kind, string options, Module network, INoisePredictor predictor, ImageShape input)
    {
        (Kind, Options, Network, this.predictor, Input) = (kind, options, network, predictor, input);
        fingerprint = new(() => NetworkFingerprint.Of(Network, $"{Kind} {Options}"));
    }

    /// <summary>The class of the network as our files name it, such as <c>guided-unet</c>.</summary>
    public string Kind { get; }

    /// <summary>How the network is built, as JSON.</summary>
    public string Options { get; }

    /// <summary>The trained part.</summary>
    public Module Network { get; }

    /// <summary>Images that the network reads; rows and columns may differ unless <see cref="FixedSize"/>.</summary>
    public ImageShape Input { get; }

    /// <summary>Whether it reads images of this size only.</summary>
    public bool FixedSize { get; init; }

    /// <summary>A hash of weights and construction: what statistics of a network are kept under.</summary>
    public string Fingerprint => fingerprint.Value;

    /// <inheritdoc/>
    public bool HasLearnedVariance => predictor is ILearnedVariance { HasLearnedVariance: true };

    /// <inheritdoc/>
    public INoisePredictor Continuous => predictor is IContinuousLabels labels
        ? new DenoiserNetwork(Kind, Options, Network, labels.Continuous, Input) { FixedSize = FixedSize }
        : this;

    /// <inheritdoc/>
    /// <exception cref="InputException">The images have another number of channels, or another size where it is fixed.</exception>
    public Tensor PredictNoise(Tensor diffused, ReadOnlySpan<double> timesteps)
    {
        Check(diffused);
        return predictor.PredictNoise(diffused, timesteps);
    }

    /// <inheritdoc/>
    /// <exception cref="InvalidOperationException">The network does not predict its variance.</exception>
    /// <exception cref="InputException">The images have another number of channels.</exception>
    public (Tensor Noise, Tensor Interpolation) PredictNoiseAndVariance(Tensor diffused, ReadOnlySpan<double> timesteps)
    {
        Check(diffused);
        return predictor is ILearnedVariance learned
            ? learned.PredictNoiseAndVariance(diffused, timesteps)
            : throw new InvalidOperationException("the network does not predict its variance");
    }

    /// <summary>Frees the network.</summary>
    public void Dispose() => Network.Dispose();

    private void Check(Tensor images)
    {
        if (images.Size(1) != Input.Channels || (FixedSize && (images.Size(2) != Input.Height || images.Size(3) != Input.Width)))
        {
            throw new InputException($"the diffusion network reads images {(FixedSize ? $"{Input}" : $"of {Input.Channels} channels")}, not [{string.Join(", ", images.Shape.ToArray())}]: choose data or a network that fit");
        }
    }
}
