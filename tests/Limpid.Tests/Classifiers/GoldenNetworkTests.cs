using Limpid.Classifiers;
using Limpid.Classifiers.Networks;
using Limpid.Torch;

namespace Limpid.Tests.Classifiers;

/// <summary>Every architecture against its authors' own output, gradient and activations.</summary>
public sealed class GoldenNetworkTests
{
    [SharedFact]
    public void A_cifar_resnet_is_the_authors_own() =>
        GoldenCase.Verify("resnet20_akamaster", new CifarResNet(20), Normalization.None);

    [SharedFact]
    public void A_robustbench_wide_resnet_is_the_authors_own() =>
        GoldenCase.Verify("wrn_robustbench", new WideResNet(WideResNetLayout.RobustBench, 10, 1), Normalization.None);

    [SharedFact]
    public void A_deepmind_wide_resnet_is_the_authors_own() =>
        GoldenCase.Verify("wrn_deepmind_swish", new WideResNet(WideResNetLayout.DeepMind, 10, 1), Normalization.Cifar10);

    [SharedFact]
    public void A_dad_wide_resnet_is_the_authors_own() =>
        GoldenCase.Verify("dad_wrn", new WideResNet(WideResNetLayout.Meliketoy, 10, 1), Normalization.None);

    [SharedFact]
    public void A_robustbench_resnet18_is_the_authors_own() =>
        GoldenCase.Verify("resnet18_cifar", new ResNet(ResNetLayout.Cifar18 with { StemWidth = 5, Widths = [5, 10, 20, 40] }), Normalization.None);

    [SharedFact]
    public void A_torchvision_resnet50_is_the_authors_own() =>
        GoldenCase.Verify("resnet50_torchvision", new ResNet(ResNetLayout.TorchVision50 with { Blocks = [1, 2, 1, 1], StemWidth = 8, Widths = [8, 16, 32, 64] }, classes: 12), Normalization.None);

    [SharedFact]
    public void Dads_resnet_describes_images_as_the_authors_own()
    {
        var network = new ResNet(ResNetLayout.Dad18);
        GoldenCase.Verify("dad_resnet18_features", network, Normalization.None, (images, _) => network.Features(images, ForwardPass.Plain));
    }

    [SharedFact]
    public void The_mnist_network_is_the_authors_own_before_its_log_softmax() =>
        GoldenCase.Verify("mnist_cnn", new MnistCnn(10, 6, 8, 24), Normalization.None, (_, logits) => Functional.LogSoftmax(logits, 1));

    [SharedFact]
    public void A_swin_transformer_is_the_authors_own() =>
        GoldenCase.Verify("swin_torchvision", new SwinTransformer(new SwinLayout { Width = 16, Depths = [2, 2], Heads = [2, 4], Window = 4, MlpRatio = 2 }, classes: 10), Normalization.None);
}
