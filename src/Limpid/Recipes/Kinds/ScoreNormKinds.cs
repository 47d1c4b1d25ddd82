using Limpid.Purification;

namespace Limpid.Recipes.Kinds;

/// <summary>SSNI: a level for each image, from how unnatural the length of its score says it is.</summary>
internal static class ScoreNormKinds
{
    internal const string Auto = "auto";
    private const int AutoImages = 128;

    private static readonly RecipeKey[] Shared =
    [
        new("bias", KeyType.Real(), "0", "b, added to the level, in steps.", "unspecified in the paper; 0 leaves the curve as it is"),
        new("horizon", KeyType.Whole(1, 1000), "20", "T': noise levels that the score is averaged over.", "SSNI, ICML 2025; 50 in EPS-AD on ImageNet"),
        new("statistics", KeyType.Text, Auto, "Score norms of clean images: a file that `limpid fit score-norm` wrote, or auto to measure them when the run starts.", "5000 training images in SSNI"),
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

    /// <summary>Whether a kind of level reads score norms.</summary>
    public static bool Includes(string kind) => kind == Sigmoid.Name || kind == Linear.Name;

    /// <summary>EPS of the recipe's network over the level's horizon.</summary>
    public static ExpectedPerturbationScore Score(RecipeSection section, RecipeParts parts) =>
        new(parts.Denoiser, section.Whole("horizon")) { MaxBatch = parts.Batch };

    private static ScoreNormLevel Build(RecipeSection section, RecipeParts parts, ScoreNormRule rule)
    {
        string file = section.Text("statistics");
        var clean = file == Auto
            ? ScoreNormReference.Measure(parts, section, ScoreNormReference.CleanImages(section, parts.Recipe, AutoImages))
            : ScoreNormStatistics.Load(file, parts.Denoiser.Fingerprint);
        return new ScoreNormLevel(Score(section, parts), clean, rule);
    }
}
