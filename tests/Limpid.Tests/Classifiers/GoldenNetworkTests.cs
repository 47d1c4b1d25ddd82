using Limpid.Classifiers;
using Limpid.Classifiers.Networks;

namespace Limpid.Tests.Classifiers;

/// <summary>Every architecture against its authors' own output, gradient and activations.</summary>
public sealed class GoldenNetworkTests
{
    [SharedFact]
    public void A_cifar_resnet_is_the_authors_own() =>
        GoldenCase.Verify("resnet20_akamaster", new CifarResNet(20), Normalization.None);
}
