namespace Limpid.Attacks;

/// <summary>Which iterate an attack returns.</summary>
public enum Keep
{
    /// <summary>The last one: the protocol of most published tables.</summary>
    Last,

    /// <summary>Per row, a misclassified one before any other, and of those the one of the highest loss.</summary>
    Best,
}
