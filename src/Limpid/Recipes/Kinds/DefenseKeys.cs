using Limpid.Defenses;

namespace Limpid.Recipes.Kinds;

/// <summary>Keys that every random defense has.</summary>
internal static class DefenseKeys
{
    public static IReadOnlyList<RecipeKey> Votes { get; } =
    [
        new("votes", KeyType.Whole(1, 10_000), "1", "Draws that a prediction is made from.", "1 in DiffPure; 10 in Lee and Kim, ICCV 2023"),
        new("vote-rule", KeyType.Choice("majority", "mean-probability", "mean-logit"), "majority", "How the draws become one answer.", "Lee and Kim, ICCV 2023"),
    ];

    public static VoteRule Rule(RecipeSection section) => section.Text("vote-rule") switch
    {
        "mean-probability" => VoteRule.MeanProbability,
        "mean-logit" => VoteRule.MeanLogit,
        _ => VoteRule.Majority,
    };
}
