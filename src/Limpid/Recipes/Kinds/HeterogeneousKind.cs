using System.Globalization;
using Limpid.Classifiers;
using Limpid.Defenses;
using Limpid.Purification.Heterogeneous;
using Limpid.Torch;

namespace Limpid.Recipes.Kinds;

internal static class HeterogeneousKind
{
    public static Kind<Defense> Kind { get; } = new("heterogeneous", "More noise where the classifier looks, less elsewhere (heterogeneous noise integration, 2025).",
        [
            new("high", KeyType.Real(0.001, 1), "0.2", "t_l: how far attended pixels are noised, as a share of the schedule.", "first release, CIFAR-10"),
            new("low", KeyType.Real(0, 1), "0.1", "t_s: how far all others are noised.", "first release; 0.05 in the text's ablation"),
            new("threshold", KeyType.Real(0, 1), "0.85", "τ: a pixel is attended to where its attention is at least this.", "first release; 0.9 in the later script"),
            new("top-share", KeyType.OrWord("none", KeyType.Real(0, 1)), "none", "The share of pixels attended to, in place of the threshold.", "0.15 on ImageNet"),
            new("grid", KeyType.Whole(1, 1000), "200", "K: points of the reverse grid over the whole schedule.", "first release; 500 in the later script"),
            new("resampling-steps", KeyType.Whole(0, 1000), "10", "U: steps by which a state of the first stage is noised again.", "first release; 3 in the later script"),
            new("resampling", KeyType.Choice("single-step", "multi-step"), "single-step", "How the two regions are brought together again.", "the paper; multi-step is its comparison"),
            new("blocks", KeyType.Text, "all", "Which blocks of the classifier count: all, or positions such as 0,1,3.", "the paper"),
            new("surrogate-grid", KeyType.Whole(1, 1000), "10", "Grid points of the cheaper purifier that surrogate gradients go through.", "first release"),
            DefenseKeys.Level,
            .. DefenseKeys.Votes("1", "our choice: quick; 20 in the released scripts"),
        ],
        Build);

    private static Defense Build(RecipeSection section, RecipeParts parts)
    {
        var classifier = parts.Classifier as IBlockActivations
            ?? throw new InputException($"classifier '{parts.Recipe.Values.Text("classifier")}' does not show its blocks, which the heterogeneous defense needs: use a network by its name rather than a TorchScript file");
        var purifier = new HeterogeneousNoise(parts.Denoiser, classifier, new HeterogeneousOptions
        {
            HighLevel = section.Real("high"),
            LowLevel = section.Real("low"),
            Threshold = section.Real("threshold"),
            TopShare = section.RealOr("none", "top-share"),
            GridPoints = section.Whole("grid"),
            ResamplingSteps = section.Whole("resampling-steps"),
            Resampling = section.Text("resampling") == "multi-step" ? Resampling.MultiStep : Resampling.SingleStep,
            Blocks = Blocks(section),
        })
        {
            Level = LevelKinds.Table.Build(section.Section("level"), parts),
        };
        return DefenseKeys.Diffusion(section, parts, purifier, purifier.Surrogate(section.Whole("surrogate-grid")));
    }

    private static int[]? Blocks(RecipeSection section)
    {
        string text = section.Text("blocks");
        return text == "all" ? null : [.. text.Split(',').Select(part =>
            int.TryParse(part, NumberStyles.None, CultureInfo.InvariantCulture, out int block)
                ? block
                : throw new InputException($"{section.Where("blocks")}: '{text}' should be all, or positions such as 0,1,3"))];
    }
}
