namespace Limpid.Recipes;

/// <summary>One thing a recipe may say.</summary>
/// <param name="Name">The key, in lower case with hyphens.</param>
/// <param name="Type">What its value may be.</param>
/// <param name="Default">The value where a recipe says nothing.</param>
/// <param name="Meaning">What it does, in a sentence.</param>
/// <param name="Source">Where the default comes from: a paper and section, released code, or our own choice.</param>
public sealed record RecipeKey(string Name, KeyType Type, string Default, string Meaning, string Source)
{
    /// <summary>Where the key chooses among kinds with keys of their own: the kinds; else null.</summary>
    public IKindTable? Kinds { get; init; }

    /// <summary>A key that chooses a kind; the kind's keys follow below it.</summary>
    public static RecipeKey Of(string name, IKindTable kinds, string defaultKind, string meaning, string source)
    {
        ArgumentNullException.ThrowIfNull(kinds);
        return new(name, KeyType.Choice([.. kinds.Kinds.Select(kind => kind.Name)]), defaultKind, meaning, source) { Kinds = kinds };
    }
}
