namespace Limpid.Defenses;

/// <summary>How the draws of a random defense become one answer.</summary>
public enum VoteRule
{
    /// <summary>Each draw names a class; the most named wins, the lowest class of equals.</summary>
    Majority,

    /// <summary>The class of the highest mean probability.</summary>
    MeanProbability,

    /// <summary>The class of the highest mean logit.</summary>
    MeanLogit,
}
