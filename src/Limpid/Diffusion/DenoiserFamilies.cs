using Limpid.Diffusion.Networks;

namespace Limpid.Diffusion;

/// <summary>Every published diffusion network that has a name; a new one is a class in <c>Networks</c>, a kind and a line here.</summary>
public static class DenoiserFamilies
{
    /// <summary>All families, in the order to show them.</summary>
    public static IReadOnlyList<DenoiserFamily> All { get; } =
    [
        DenoiserFamily.Of("guided-diffusion", "ImageNet 256x256 unconditional (openai/guided-diffusion); 552,814,086 parameters", DenoiserKinds.Guided, new GuidedUNetOptions
        {
            ModelChannels = 256, ChannelMultipliers = [1, 1, 2, 2, 4, 4], AttentionFactors = [8, 16, 32], HeadChannels = 64, ResBlockResampling = true, OutChannels = 6,
        }),
        DenoiserFamily.Of("improved-diffusion", "CIFAR-10, cosine schedule of 4000 steps (openai/improved-diffusion)", DenoiserKinds.Improved, new GuidedUNetOptions
        {
            ModelChannels = 128, ChannelMultipliers = [1, 2, 2, 2], ResBlocks = 3, AttentionFactors = [2, 4], OutChannels = 6,
        }),
        DenoiserFamily.Of("score-sde-ddpmpp-deep", "CIFAR-10 DDPM++ deep, continuous VP (score_sde; DiffPure's checkpoint_8.pth); 106,632,579 parameters", DenoiserKinds.ScoreSde, new ScoreSdeUNetOptions()),
        DenoiserFamily.Of("score-sde-ddpmpp", "CIFAR-10 DDPM++, continuous VP (score_sde)", DenoiserKinds.ScoreSde, new ScoreSdeUNetOptions { ResBlocks = 4 }),
        DenoiserFamily.Of("score-sde-ncsnpp-deep", "CIFAR-10 NCSN++ deep, continuous VP (score_sde)", DenoiserKinds.ScoreSde, new ScoreSdeUNetOptions { Fir = true, InputPyramid = true }),
        DenoiserFamily.Of("score-sde-ncsnpp", "CIFAR-10 NCSN++, continuous VP (score_sde)", DenoiserKinds.ScoreSde, new ScoreSdeUNetOptions { ResBlocks = 4, Fir = true, InputPyramid = true }),
        DenoiserFamily.Of("ho-ddpm", "CIFAR-10 or SVHN DDPM of Ho et al., PyTorch port (GDMP, GNS); 35,746,307 parameters", DenoiserKinds.Ho, new HoUNetOptions()),
        DenoiserFamily.Of("edm", "DDPM++ or NCSN++ with EDM's preconditioning (NVlabs/edm edm-*.pkl); the file tells its shape", DenoiserKinds.Edm, EdmConstruction.Of),
        DenoiserFamily.Of("edm-vp", "the same with VP preconditioning (NVlabs/edm baseline-*-vp.pkl)", DenoiserKinds.EdmVp, EdmConstruction.Of),
        DenoiserFamily.Of("edm-ve", "the same with VE preconditioning (NVlabs/edm baseline-*-ve.pkl)", DenoiserKinds.EdmVe, EdmConstruction.Of),
        DenoiserFamily.Of("mnist-ddpm-unet", "MNIST DDPM U-Net (niuwengang/mnist_ddpm); 606,852 values", DenoiserKinds.MnistUNet, new NoOptions()),
        DenoiserFamily.Of("mnist-ddpm-cnn", "MNIST DDPM without pooling (sdaloglu/diffusion_with_entropy); 293,235 values", DenoiserKinds.MnistCnn, new NoOptions()),
    ];
}
