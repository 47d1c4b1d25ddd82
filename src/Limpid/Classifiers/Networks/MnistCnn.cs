using Limpid.Torch;
using Limpid.Torch.Layers;

namespace Limpid.Classifiers.Networks;

/// <summary>The MNIST network of PyTorch's examples (<c>Net</c>); its log-softmax is left out, so the output is logits.</summary>
/// <remarks>28×28 gray images only. Taps: the two convolutions after ReLU.</remarks>
public sealed class MnistCnn : ClassifierNetwork
{
    private readonly Conv2d conv1;
    private readonly Conv2d conv2;
    private readonly Linear fc1;
    private readonly Linear fc2;

    /// <summary>Creates the network with zero weights.</summary>
    /// <param name="classes">Number of classes.</param>
    /// <param name="width1">Channels of the first convolution.</param>
    /// <param name="width2">Channels of the second convolution.</param>
    /// <param name="hidden">Width of the hidden linear layer.</param>
    public MnistCnn(int classes = 10, int width1 = 32, int width2 = 64, int hidden = 128)
    {
        ClassCount = classes;
        conv1 = Add("conv1", new Conv2d(1, width1, 3));
        conv2 = Add("conv2", new Conv2d(width1, width2, 3));
        fc1 = Add("fc1", new Linear(width2 * 12 * 12, hidden));
        fc2 = Add("fc2", new Linear(hidden, classes));
    }

    /// <inheritdoc/>
    public override int ClassCount { get; }

    /// <inheritdoc/>
    public override Tensor Forward(Tensor images, ForwardPass pass)
    {
        using var scope = TensorScope.Begin();
        var h = conv1.Forward(images).Relu(); // [N,32,26,26]
        pass.Taps?.Add(h);
        h = conv2.Forward(h).Relu(); // [N,64,24,24]
        pass.Taps?.Add(h);
        h = Dropout.Apply(Functional.MaxPool2d(h, 2, 2), 0.25, 0, IsTraining, pass); // [N,64,12,12]
        h = fc1.Forward(h.Reshape(images.Size(0), -1)).Relu();
        return scope.Return(fc2.Forward(Dropout.Apply(h, 0.5, 1, IsTraining, pass)));
    }
}
