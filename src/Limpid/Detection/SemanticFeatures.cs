using System.Security.Cryptography;
using System.Text;
using Limpid.Classifiers;
using Limpid.Diffusion;
using Limpid.Torch;
using Limpid.Torch.Noise;

namespace Limpid.Detection;

/// <summary>DAD's representation: the penultimate layer of a trained classifier beside the image itself.</summary>
/// <remarks>
/// The authors take a small ResNet on CIFAR-10, independent of the classifier that is defended, and that classifier itself on
/// SVHN and ImageNet. The network normalizes its input as it was trained to; the published ImageNet program leaves that out.
/// </remarks>
public sealed class SemanticFeatures : IRepresentation
{
    private readonly NetworkClassifier classifier;
    private readonly IFeatureNetwork network;

    /// <summary>The features of a classifier in evaluation mode; it stays the caller's.</summary>
    /// <exception cref="InputException">The network has no features to show.</exception>
    public SemanticFeatures(NetworkClassifier classifier)
    {
        ArgumentNullException.ThrowIfNull(classifier);
        this.classifier = classifier;
        network = classifier.Network as IFeatureNetwork
            ?? throw new InputException($"the classifier {(classifier.Architecture.Length > 0 ? classifier.Architecture : classifier.Network.GetType().Name)} does not show its features: use a residual network for the detector, such as resnet18-dad");
        string text = $"{NetworkFingerprint.Of(classifier.Network)}\n{classifier.Normalization}";
        Fingerprint = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)));
    }

    /// <inheritdoc/>
    public string Fingerprint { get; }

    /// <inheritdoc/>
    public Represented Represent(Tensor images, INoise noise, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(images);
        if (images.Rank != 4 || images.Size(1) != classifier.Input.Channels)
        {
            throw new InputException($"the detector's network reads images {classifier.Input}, not [{string.Join(", ", images.Shape.ToArray())}]: choose data that fit it");
        }
        using var scope = TensorScope.Begin();
        return new Represented(scope.Return(network.Features(classifier.Normalization.Apply(images), ForwardPass.Plain)), images);
    }
}
