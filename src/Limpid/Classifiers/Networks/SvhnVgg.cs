using Limpid.Torch;
using Limpid.Torch.Layers;

namespace Limpid.Classifiers.Networks;

/// <summary>A small VGG with batch normalization for SVHN digits: three pairs of 3×3 convolutions with max pools, two linear layers.</summary>
/// <remarks>32×32 color images only; 167,978 parameters. Taps: the second convolution of each pair after ReLU.</remarks>
public sealed class SvhnVgg : ClassifierNetwork
{
    private readonly (Conv2d Conv, BatchNorm2d Norm)[] layers;
    private readonly Linear hidden;
    private readonly Linear head;

    /// <summary>Creates the network with zero weights.</summary>
    public SvhnVgg(int classes = 10)
    {
        ClassCount = classes;
        // Positions in the original's sequence, where ReLUs and pools count too.
        layers = [Layer(0, 3, 8), Layer(3, 8, 16), Layer(7, 16, 32), Layer(10, 32, 32), Layer(14, 32, 32), Layer(17, 32, 32)];
        hidden = Add("fc_layers.0", new Linear(32 * 4 * 4, 256));
        head = Add("fc_layers.3", new Linear(256, classes));
    }

    /// <inheritdoc/>
    public override int ClassCount { get; }

    /// <inheritdoc/>
    public override Tensor Forward(Tensor images, ForwardPass pass)
    {
        using var scope = TensorScope.Begin();
        var h = images;
        for (int i = 0; i < layers.Length; i++)
        {
            h = layers[i].Norm.ForwardRelu(layers[i].Conv.Forward(h));
            if (i % 2 == 1)
            {
                pass.Taps?.Add(h);
                h = Functional.MaxPool2d(h, 2, 2);
            }
        }
        h = Dropout.Apply(hidden.Forward(h.Reshape(images.Size(0), -1)).Relu(), 0.5, 0, IsTraining, pass);
        return scope.Return(head.Forward(h));
    }

    private (Conv2d, BatchNorm2d) Layer(int position, int from, int to) =>
        (Add($"conv_layers.{position}", new Conv2d(from, to, 3, padding: 1)), Add($"conv_layers.{position + 1}", new BatchNorm2d(to)));
}
