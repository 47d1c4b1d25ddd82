using Limpid.Torch;

namespace Limpid.Classifiers;

/// <summary>A network behind its normalization: images in [0,1] in, logits out.</summary>
/// <remarks>Owns the network. Logits and activations record history only for images that ask for it; weights ask for none outside training.</remarks>
public sealed class NetworkClassifier : IBlockActivations, IDisposable
{
    /// <summary>Joins a network with what it expects of its input.</summary>
    /// <param name="network">The network, handed over.</param>
    /// <param name="normalization">What its authors trained it with.</param>
    /// <param name="input">The images it was made for.</param>
    public NetworkClassifier(ClassifierNetwork network, Normalization normalization, ImageShape input)
    {
        ArgumentNullException.ThrowIfNull(network);
        ArgumentNullException.ThrowIfNull(normalization);
        (Network, Normalization, Input) = (network, normalization, input);
    }

    /// <summary>The trained part.</summary>
    public ClassifierNetwork Network { get; }

    /// <summary>What is done to images before the network reads them.</summary>
    public Normalization Normalization { get; }

    /// <summary>The images the network was made for; rows and columns may differ for networks that average over them.</summary>
    public ImageShape Input { get; }

    /// <summary>Architecture as <see cref="KnownClassifiers.Open"/> reads it, such as <c>wrn-28-10</c>; empty for a network built by hand.</summary>
    public string Architecture { get; init; } = "";

    /// <inheritdoc/>
    public int ClassCount => Network.ClassCount;

    /// <inheritdoc/>
    public Tensor Logits(Tensor images) => Forward(images, ForwardPass.Plain);

    /// <summary>Logits in the network's present mode, with what training or the attention mask needs.</summary>
    /// <exception cref="InputException">The images have another number of channels.</exception>
    public Tensor Forward(Tensor images, ForwardPass pass)
    {
        ArgumentNullException.ThrowIfNull(images);
        if (images.Rank != 4 || images.Size(1) != Input.Channels)
        {
            throw new InputException($"the classifier {(Architecture.Length > 0 ? Architecture : Network.GetType().Name)} reads images {Input}, not [{string.Join(", ", images.Shape.ToArray())}]: choose data that fit it");
        }
        using var scope = TensorScope.Begin();
        return scope.Return(Network.Forward(Normalization.Apply(images), pass));
    }

    /// <inheritdoc/>
    public IReadOnlyList<Tensor> BlockActivations(Tensor images)
    {
        using var taps = new ActivationTaps();
        Forward(images, new ForwardPass { Taps = taps }).Dispose();
        return taps.Take();
    }

    /// <summary>Moves the weights.</summary>
    public void To(Device device) => Network.To(device);

    /// <summary>Frees the network.</summary>
    public void Dispose() => Network.Dispose();
}
