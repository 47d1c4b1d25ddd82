using Limpid.Torch;
using Limpid.Torch.Layers;

namespace Limpid.Classifiers.Networks;

/// <summary>The LeNet-style MNIST network of AdverTorch (<c>LeNet5</c>): two padded 3×3 convolutions with max pools, two linear layers.</summary>
/// <remarks>28×28 gray images only. Taps: the two convolutions after ReLU.</remarks>
public sealed class LeNet5 : ClassifierNetwork
{
    private readonly Conv2d conv1;
    private readonly Conv2d conv2;
    private readonly Linear linear1;
    private readonly Linear linear2;

    /// <summary>Creates the network with zero weights.</summary>
    public LeNet5(int classes = 10)
    {
        ClassCount = classes;
        conv1 = Add("conv1", new Conv2d(1, 32, 3, padding: 1));
        conv2 = Add("conv2", new Conv2d(32, 64, 3, padding: 1));
        linear1 = Add("linear1", new Linear(64 * 7 * 7, 200));
        linear2 = Add("linear2", new Linear(200, classes));
    }

    /// <inheritdoc/>
    public override int ClassCount { get; }

    /// <inheritdoc/>
    public override Tensor Forward(Tensor images, ForwardPass pass)
    {
        using var scope = TensorScope.Begin();
        var h = conv1.Forward(images).Relu(); // [N,32,28,28]
        pass.Taps?.Add(h);
        h = conv2.Forward(Functional.MaxPool2d(h, 2, 2)).Relu(); // [N,64,14,14]
        pass.Taps?.Add(h);
        h = Functional.MaxPool2d(h, 2, 2).Reshape(images.Size(0), -1);
        return scope.Return(linear2.Forward(linear1.Forward(h).Relu()));
    }
}
