using Limpid.Classifiers.Networks;

namespace Limpid.Classifiers;

/// <summary>Every architecture that has a name; a new one is a file in <c>Networks</c> and an entry here.</summary>
/// <remarks>The first pattern that fits a name wins.</remarks>
public static class ClassifierFamilies
{
    /// <summary>All families, in the order to show them.</summary>
    public static IReadOnlyList<ClassifierFamily> All { get; } =
    [
        new("plain-cnn-{width}", "small convolutional network of five layers, to train on a processor", ImageShape.Color32, Normalization.None,
            size => new PlainCnn(size.Numbers[0], size.Classes, size.Image.Channels)) { Head = "linear.weight", Examples = [[16]] },
        CifarResNet("cifar-resnet18", "CIFAR ResNet-18 with a 3x3 stem (RobustBench), input in [0,1]", Normalization.None, ResNetLayout.Cifar18),
        CifarResNet("cifar-resnet50-bottleneck", "CIFAR ResNet-50 of bottlenecks with a 3x3 stem (DiffPure)", Normalization.Cifar10, ResNetLayout.Cifar50) with { Ignored = IsConstant },
        new("cifar-resnet{depth}", "CIFAR ResNet of He et al., shortcuts of option A (akamaster)", ImageShape.Color32, Normalization.ImageNet,
            size => new CifarResNet(size.Numbers[0], size.Classes)) { Head = "linear.weight", Examples = [[20], [32], [44], [56], [110]] },
        CifarResNet("resnet18-dad", "the three-stage network that DAD calls ResNet-18", Normalization.None, ResNetLayout.Dad18),
        CifarResNet("resnet50-dad", "the three-stage network that DAD calls ResNet-50", Normalization.None, ResNetLayout.Dad50),
        ImageNetResNet("resnet18", ResNetLayout.TorchVision18),
        ImageNetResNet("resnet34", ResNetLayout.TorchVision34),
        ImageNetResNet("resnet50", ResNetLayout.TorchVision50),
        new("swin-t", "ImageNet Swin-T (torchvision), 224x224", ImageShape.Color224, Normalization.ImageNet,
            size => new SwinTransformer(new SwinLayout(), size.Classes, size.Image.Channels)) { Head = "head.weight", Classes = 1000 },
        WideResNet("wrn-{depth}-{width}", "wide ResNet (TRADES, RobustBench), input in [0,1]", Normalization.None, WideResNetLayout.RobustBench)
            with { Examples = [[28, 10], [34, 10], [70, 16], [16, 2]] },
        WideResNet("wrn-{depth}-{width}-deepmind", "wide ResNet with SiLU (DeepMind, RobustBench)", Normalization.Cifar10, WideResNetLayout.DeepMind) with { Ignored = IsConstant },
        WideResNet("wrn-{depth}-{width}-deepmind-relu", "wide ResNet with ReLU (DeepMind)", Normalization.Cifar10, WideResNetLayout.DeepMindRelu) with { Ignored = IsConstant },
        WideResNet("wrn-{depth}-{width}-dropout", "wide ResNet with dropout (DiffPure)", Normalization.Cifar10, WideResNetLayout.RobustBenchDropout) with { Ignored = IsConstant, Examples = [[70, 16]] },
        WideResNet("wrn-{depth}-{width}-dad", "wide ResNet with biased convolutions (DAD), input in [0,1]", Normalization.None, WideResNetLayout.Meliketoy),
        WideResNet("wrn-{depth}-{width}-meliketoy", "wide ResNet with biased convolutions (meliketoy; ADP, GDMP)", Normalization.Meliketoy, WideResNetLayout.Meliketoy),
        Digits("mnist-cnn", "MNIST network of PyTorch's examples", Normalization.Mnist, "fc2.weight", size => new MnistCnn(size.Classes)),
        Digits("mnist-lenet5", "LeNet-style MNIST network (AdverTorch)", Normalization.None, "linear2.weight", size => new LeNet5(size.Classes)),
        Digits("trades-smallcnn", "MNIST network of TRADES", Normalization.None, "classifier.fc3.weight", size => new TradesSmallCnn(size.Classes)),
        Certified("certified-small-mnist", "small MNIST network of provable defenses", ImageShape.Digit, Normalization.None),
        Certified("certified-small-cifar10", "small CIFAR-10 network of provable defenses", ImageShape.Color32, Normalization.Provable),
        Certified("certified-small-svhn", "small SVHN network of provable defenses", ImageShape.Color32, Normalization.None),
        new("svhn-vgg", "small VGG for SVHN digits", ImageShape.Color32, Normalization.Svhn, size => new SvhnVgg(size.Classes)) { Head = "fc_layers.3.weight" },
        new("squeezenet1_1", "SqueezeNet 1.1 with Caffe's input (blue first), 227x227", new ImageShape(3, 227, 227), Normalization.Caffe,
            size => new SqueezeNet(size.Classes)) { Head = "classifier.1.weight", Classes = 1000 },
    ];

    private static ClassifierFamily CifarResNet(string name, string description, Normalization normalization, ResNetLayout layout) =>
        new(name, description, ImageShape.Color32, normalization, size => new ResNet(layout, size.Classes, size.Image.Channels)) { Head = "linear.weight" };

    private static ClassifierFamily ImageNetResNet(string name, ResNetLayout layout) =>
        new(name, $"ImageNet {name.Replace("resnet", "ResNet-", StringComparison.Ordinal)} (torchvision), 224x224", ImageShape.Color224, Normalization.ImageNet,
            size => new ResNet(layout, size.Classes, size.Image.Channels)) { Classes = 1000 };

    private static ClassifierFamily WideResNet(string pattern, string description, Normalization normalization, WideResNetLayout layout) =>
        new(pattern, description, ImageShape.Color32, normalization, size => new WideResNet(layout, size.Numbers[0], size.Numbers[1], size.Classes, size.Image.Channels))
        {
            Head = $"{layout.Head}.weight",
            Examples = [[28, 10]],
        };

    private static ClassifierFamily Digits(string name, string description, Normalization normalization, string head, Func<NetworkSize, ClassifierNetwork> build) =>
        new(name, description, ImageShape.Digit, normalization, build) { Head = head };

    private static ClassifierFamily Certified(string name, string description, ImageShape image, Normalization normalization) =>
        new(name, description, image, normalization, size => new CertifiedSmallCnn(size.Image, size.Classes)) { Head = "7.weight" };

    /// <summary>Normalization constants kept beside the weights; the opener reads them.</summary>
    private static bool IsConstant(string name) => name is "mean" or "std";
}
