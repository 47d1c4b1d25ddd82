using Limpid.Defenses;
using Limpid.Purification;

namespace Limpid.Recipes.Kinds;

/// <summary>Keys that several defenses share.</summary>
internal static class DefenseKeys
{
    public static RecipeKey Level { get; } =
        RecipeKey.Of("level", LevelKinds.Table, "shared", "How far each image is noised.", "the same for all, as published");

    public static IReadOnlyList<RecipeKey> Votes(string count, string source) =>
    [
        new("votes", KeyType.Whole(1, 10_000), count, "Draws that a prediction is made from.", source),
        new("vote-rule", KeyType.Choice("majority", "mean-probability", "mean-logit"), "majority", "How the draws become one answer.", "Lee and Kim, ICCV 2023"),
    ];

    public static RecipeKey SurrogateCalls(string calls, string source) =>
        new("surrogate-calls", KeyType.Whole(1, 1000), calls, "Network calls of the cheaper purifier that surrogate gradients go through.", source);

    /// <summary>A defense whose purifiers are diffusion networks, at the size that the recipe wants.</summary>
    public static Defense Diffusion(RecipeSection section, RecipeParts parts, IPurifier purifier, IPurifier surrogate)
    {
        IPurifier Sized(IPurifier inner) => parts.Resize is { } side ? new ResizedPurifier(inner, side, side) : inner;
        return Defense(section, parts, Sized(purifier), Sized(surrogate));
    }

    public static Defense Defense(RecipeSection section, RecipeParts parts, IPurifier purifier, IPurifier surrogate) =>
        new(parts.Classifier, purifier)
        {
            Surrogate = surrogate,
            Votes = section.Whole("votes"),
            VoteRule = Rule(section.Text("vote-rule")),
            BatchSize = parts.Batch,
        };

    private static VoteRule Rule(string name) => name switch
    {
        "mean-probability" => VoteRule.MeanProbability,
        "mean-logit" => VoteRule.MeanLogit,
        _ => VoteRule.Majority,
    };
}
