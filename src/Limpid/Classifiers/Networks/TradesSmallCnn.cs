using Limpid.Torch;
using Limpid.Torch.Layers;

namespace Limpid.Classifiers.Networks;

/// <summary>The MNIST network of TRADES (<c>SmallCNN</c>, after Carlini and Wagner): four unpadded 3×3 convolutions, three linear layers.</summary>
/// <remarks>28×28 gray images only. Taps: the four convolutions after ReLU.</remarks>
public sealed class TradesSmallCnn : ClassifierNetwork
{
    private readonly Conv2d[] convs;
    private readonly Linear fc1;
    private readonly Linear fc2;
    private readonly Linear fc3;

    /// <summary>Creates the network with zero weights.</summary>
    public TradesSmallCnn(int classes = 10)
    {
        ClassCount = classes;
        convs =
        [
            Add("feature_extractor.conv1", new Conv2d(1, 32, 3)),
            Add("feature_extractor.conv2", new Conv2d(32, 32, 3)),
            Add("feature_extractor.conv3", new Conv2d(32, 64, 3)),
            Add("feature_extractor.conv4", new Conv2d(64, 64, 3)),
        ];
        fc1 = Add("classifier.fc1", new Linear(64 * 4 * 4, 200));
        fc2 = Add("classifier.fc2", new Linear(200, 200));
        fc3 = Add("classifier.fc3", new Linear(200, classes));
    }

    /// <inheritdoc/>
    public override int ClassCount { get; }

    /// <inheritdoc/>
    public override Tensor Forward(Tensor images, ForwardPass pass)
    {
        using var scope = TensorScope.Begin();
        var h = images;
        for (int i = 0; i < convs.Length; i++)
        {
            h = convs[i].Forward(h).Relu();
            pass.Taps?.Add(h);
            h = i % 2 == 0 ? h : Functional.MaxPool2d(h, 2, 2); // 12×12 after the second, 4×4 after the fourth
        }
        h = Dropout.Apply(fc1.Forward(h.Reshape(images.Size(0), -1)).Relu(), 0.5, 0, IsTraining, pass);
        return scope.Return(fc3.Forward(fc2.Forward(h).Relu()));
    }
}
