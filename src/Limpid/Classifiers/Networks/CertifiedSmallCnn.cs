using Limpid.Torch;
using Limpid.Torch.Layers;

namespace Limpid.Classifiers.Networks;

/// <summary>The small network of provable defenses (Wong and Kolter, 2018): two 4×4 convolutions of stride 2, two linear layers, named by position.</summary>
/// <remarks>Images of one size only. Taps: the two convolutions after ReLU.</remarks>
public sealed class CertifiedSmallCnn : ClassifierNetwork
{
    private readonly Conv2d conv1;
    private readonly Conv2d conv2;
    private readonly Linear linear1;
    private readonly Linear linear2;

    /// <summary>Creates the network with zero weights for images of this shape.</summary>
    public CertifiedSmallCnn(ImageShape image, int classes = 10)
    {
        ClassCount = classes;
        conv1 = Add("0", new Conv2d(image.Channels, 16, 4, stride: 2, padding: 1));
        conv2 = Add("2", new Conv2d(16, 32, 4, stride: 2, padding: 1));
        linear1 = Add("5", new Linear(32 * (image.Height / 4) * (image.Width / 4), 100));
        linear2 = Add("7", new Linear(100, classes));
    }

    /// <inheritdoc/>
    public override int ClassCount { get; }

    /// <inheritdoc/>
    public override Tensor Forward(Tensor images, ForwardPass pass)
    {
        using var scope = TensorScope.Begin();
        var h = conv1.Forward(images).Relu();
        pass.Taps?.Add(h);
        h = conv2.Forward(h).Relu();
        pass.Taps?.Add(h);
        return scope.Return(linear2.Forward(linear1.Forward(h.Reshape(images.Size(0), -1)).Relu()));
    }
}
