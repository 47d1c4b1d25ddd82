using Limpid.Classifiers.Networks;

namespace Limpid.Classifiers;

/// <summary>Every architecture that has a name; a new one is a file in <c>Networks</c> and an entry here.</summary>
public static class ClassifierFamilies
{
    /// <summary>All families, in the order to show them.</summary>
    public static IReadOnlyList<ClassifierFamily> All { get; } =
    [
        new("plain-cnn-{width}", "small convolutional network of five layers, to train on a processor", ImageShape.Color32, Normalization.None,
            size => new PlainCnn(size.Numbers[0], size.Classes, size.Image.Channels)) { Head = "linear.weight", Examples = [[16]] },
        new("cifar-resnet{depth}", "CIFAR ResNet of He et al., shortcuts of option A (akamaster)", ImageShape.Color32, Normalization.ImageNet,
            size => new CifarResNet(size.Numbers[0], size.Classes)) { Head = "linear.weight", Examples = [[20], [32], [44], [56], [110]] },
    ];
}
