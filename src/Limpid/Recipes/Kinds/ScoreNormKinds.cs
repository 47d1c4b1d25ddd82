using Limpid.Data;
using Limpid.Diffusion;
using Limpid.Purification;
using Limpid.Torch;

namespace Limpid.Recipes.Kinds;

/// <summary>SSNI: a level for each image, from how unnatural the length of its score says it is.</summary>
internal static class ScoreNormKinds
{
    private const string Auto = "auto";
    private const int AutoImages = 128;

    private static readonly RecipeKey[] Shared =
    [
        new("bias", KeyType.Real(), "0", "b, added to the level, in steps.", "unspecified in the paper; 0 leaves the curve as it is"),
        new("horizon", KeyType.Whole(1, 1000), "20", "T': noise levels that the score is averaged over.", "SSNI, ICML 2025; 50 in EPS-AD on ImageNet"),
        new("statistics", KeyType.Text, Auto, "Score norms of clean images: a JSON file, or auto to measure them when the run starts.", "5000 training images in SSNI"),
        new("images", KeyType.Text, Auto, $"Clean images to measure for statistics: auto is the first {AutoImages} of the training part of the recipe's data.", "our choice: quick, never a test image"),
    ];

    public static Kind<INoiseLevel> Sigmoid { get; } = new("ssni-n", "SSNI-N: a sigmoid around the clean mean (ICML 2025, eq. 9).",
        [
            new("temperature", KeyType.Real(1e-9), "20", "tau of the sigmoid, in units of the score norm.", "SSNI, ICML 2025: best on CIFAR-10"),
            new("relative-temperature", KeyType.OrWord("none", KeyType.Real(1e-9)), "none", "tau as a share of the clean mean, for other networks and resolutions; in place of temperature.", "our choice"),
            new("bias-inside", KeyType.Flag, "false", "Whether the sigmoid multiplies the bias too.", "true in the paper, false in the authors' slides"),
            .. Shared,
        ],
        (section, parts) => Build(section, parts, new ScoreNormRule
        {
            Curve = ScoreNormCurve.Sigmoid,
            Temperature = section.Real("temperature"),
            RelativeTemperature = section.RealOr("none", "relative-temperature"),
            Bias = section.Real("bias"),
            BiasInside = section.Flag("bias-inside"),
        }));

    public static Kind<INoiseLevel> Linear { get; } = new("ssni-l", "SSNI-L: a straight line between the clean extremes (ICML 2025, eq. 8).",
        Shared,
        (section, parts) => Build(section, parts, new ScoreNormRule { Curve = ScoreNormCurve.Linear, Bias = section.Real("bias") }));

    private static ScoreNormLevel Build(RecipeSection section, RecipeParts parts, ScoreNormRule rule)
    {
        var score = new ExpectedPerturbationScore(parts.Denoiser, section.Whole("horizon"));
        string file = section.Text("statistics");
        return new ScoreNormLevel(score, file == Auto ? Measure(section, parts, score) : ScoreNormStatistics.Load(file, Fingerprint(parts)), rule);
    }

    // The seed is fixed: statistics belong to the network, not to the run.
    private static ScoreNormStatistics Measure(RecipeSection section, RecipeParts parts, ExpectedPerturbationScore score)
    {
        var data = CleanImages(section, parts);
        using var batch = ImageBatch.Read(data, [.. Enumerable.Range(0, data.Count)], parts.Device);
        return ScoreNormStatistics.Fit(score, batch.Images, batch.Noise(seed: 0), Fingerprint(parts));
    }

    private static IImageDataset CleanImages(RecipeSection section, RecipeParts parts)
    {
        string name = section.Text("images");
        if (name != Auto)
        {
            return Datasets.Open(name);
        }
        string where = section.Where("images");
        string training = DatasetSpec.Parse(parts.Recipe.Values.Text("data")).TrainingPart()
            ?? throw new InputException($"{where}: the data have no training part to measure clean images on; name some, such as --set {where}=images:DIR");
        var data = Datasets.Open(training);
        return data.Count <= AutoImages ? data : new DatasetSlice(data, 0, AutoImages - 1);
    }

    private static string Fingerprint(RecipeParts parts) =>
        parts.Denoiser is UNetNoisePredictor unet ? NetworkFingerprint.Of(unet.Network) : parts.Recipe.Values.Text("denoiser");
}
