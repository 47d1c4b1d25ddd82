using Limpid.Classifiers;
using Limpid.Diffusion.Networks;
using Limpid.Torch.Layers;

namespace Limpid.Diffusion;

/// <summary>Every network class that a file can name.</summary>
internal static class DenoiserKinds
{
    private const int ImprovedSteps = 4000;

    public static DenoiserKind<GuidedUNetOptions> Guided { get; } = new("guided-unet", Unconditional, network => new UNetNoisePredictor((GuidedUNet)network), Example);

    // Trained on the cosine schedule of 4000 steps, whose labels are scaled to 0…1000.
    public static DenoiserKind<GuidedUNetOptions> Improved { get; } = new("improved-unet", Unconditional,
        network => new MatchedNoisePredictor(new UNetNoisePredictor((GuidedUNet)network), NoiseSchedule.Cosine(ImprovedSteps).AlphaBars, labelScale: 1000.0 / ImprovedSteps), Example);

    public static DenoiserKind<ScoreSdeUNetOptions> ScoreSde { get; } = new("score-sde-unet",
        options => options.Fourier ? throw new ArgumentException("a network that is told sigma predicts no noise") : new ScoreSdeUNet(options),
        network => (ScoreSdeUNet)network, options => new ImageShape(options.InChannels, options.ImageSize, options.ImageSize));

    public static DenoiserKind<HoUNetOptions> Ho { get; } = new("ho-unet", options => new HoUNet(options),
        network => (HoUNet)network, options => new ImageShape(options.InChannels, options.ImageSize, options.ImageSize));

    public static DenoiserKind<EdmUNetOptions> Edm { get; } = OfEdm("edm-unet", EdmPreconditioning.Edm);

    public static DenoiserKind<EdmUNetOptions> EdmVp { get; } = OfEdm("edm-unet-vp", EdmPreconditioning.VariancePreserving);

    public static DenoiserKind<EdmUNetOptions> EdmVe { get; } = OfEdm("edm-unet-ve", EdmPreconditioning.VarianceExploding);

    public static DenoiserKind<NoOptions> MnistUNet { get; } = new("mnist-unet", _ => new MnistUNet(), network => (MnistUNet)network, _ => ImageShape.Digit) { FixedSize = true };

    public static DenoiserKind<NoOptions> MnistCnn { get; } = new("mnist-cnn", _ => new MnistCnn(),
        network => new MatchedNoisePredictor((MnistCnn)network, ((MnistCnn)network).AlphaBars(), range: 0.5), _ => ImageShape.Digit)
    {
        FixedSize = true,
    };

    public static IReadOnlyList<DenoiserKind> All { get; } = [Guided, Improved, ScoreSde, Ho, Edm, EdmVp, EdmVe, MnistUNet, MnistCnn];

    private static DenoiserKind<EdmUNetOptions> OfEdm(string name, EdmPreconditioning preconditioning) => new(name, options => new EdmUNet(options),
        network => DenoiserNoisePredictor.Discrete(new EdmDenoiser((EdmUNet)network, preconditioning), NoiseSchedule.Linear1000),
        options => new ImageShape(options.InChannels, options.ImageSize, options.ImageSize));

    private static GuidedUNet Unconditional(GuidedUNetOptions options) => options.ClassCount is null
        ? new GuidedUNet(options)
        : throw new ArgumentException("a class-conditional network cannot purify, for the class is what is sought");

    // Its construction does not say the size: one that every level divides.
    private static ImageShape Example(GuidedUNetOptions options)
    {
        int side = Math.Max(32, 8 << (options.ChannelMultipliers.Count - 1));
        return new ImageShape(options.InChannels, side, side);
    }
}

/// <summary>The options of a network that has none.</summary>
internal sealed record NoOptions;
