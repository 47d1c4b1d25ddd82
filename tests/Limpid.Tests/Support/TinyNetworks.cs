using Limpid.Diffusion.Networks;
using Limpid.Torch.Layers;

namespace Limpid.Tests.Support;

/// <summary>The small networks of the reference runs, with their weights.</summary>
public static class TinyNetworks
{
    public static Module Make(string weights)
    {
        Module network = weights switch
        {
            "score_sde_ddpmpp_vp" => new ScoreSdeUNet(new ScoreSdeUNetOptions { ModelChannels = 16, ChannelMultipliers = [1, 2], ResBlocks = 1 }),
            "score_sde_ncsnpp_vp" => Score(),
            "score_sde_ncsnpp_fourier" => new ScoreSdeUNet(new ScoreSdeUNetOptions
            {
                ImageSize = 16, ModelChannels = 16, ChannelMultipliers = [1, 1], ResBlocks = 2, AttentionSizes = [8], Fir = true, Fourier = true, DividesBySigma = true,
                InputSkip = true, ConcatenatesInput = true, OutputPyramid = true, RescalesSums = false,
            }),
            "score_sde_ddpm_blocks" => new ScoreSdeUNet(new ScoreSdeUNetOptions
            {
                ImageSize = 8, ModelChannels = 16, ChannelMultipliers = [1, 2], ResBlocks = 1, AttentionSizes = [4], Fir = true, DdpmBlocks = true, Elu = true,
                InputPyramid = true, OutputPyramid = true,
            }),
            "ho_ddpm" => Ho(),
            _ => Guided(),
        };
        Golden.Load(network, weights);
        return network;
    }

    public static HoUNet HoWithWeights() => (HoUNet)Make("ho_ddpm");

    public static ScoreSdeUNet ScoreWithWeights() => (ScoreSdeUNet)Make("score_sde_ncsnpp_vp");

    public static GuidedUNet GuidedWithWeights() => (GuidedUNet)Make("guided_unet_a");

    private static HoUNet Ho() => new(new HoUNetOptions { ImageSize = 16, ModelChannels = 32, ChannelMultipliers = [1, 1], ResBlocks = 1, AttentionSizes = [8] });

    private static ScoreSdeUNet Score() => new(new ScoreSdeUNetOptions
    {
        ImageSize = 16, ModelChannels = 16, ChannelMultipliers = [1, 2], ResBlocks = 1, AttentionSizes = [16, 8], Fir = true, InputPyramid = true,
    });

    private static GuidedUNet Guided() => new(new GuidedUNetOptions
    {
        ModelChannels = 32, ResBlocks = 1, ChannelMultipliers = [1, 1], AttentionFactors = [2], OutChannels = 6, HeadChannels = 16, ResBlockResampling = true,
    });
}
