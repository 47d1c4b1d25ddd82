namespace Limpid.Recipes;

/// <summary>A key of a resolved recipe with all that is known about it.</summary>
/// <param name="Key">Dotted name.</param>
/// <param name="Value">Its value here.</param>
/// <param name="Default">Its value where nothing is said.</param>
/// <param name="Type">What it may be.</param>
/// <param name="Meaning">What it does.</param>
/// <param name="Source">Where the default comes from.</param>
public sealed record RecipeRow(string Key, string Value, string Default, string Type, string Meaning, string Source);

/// <summary>A resolved recipe as a table.</summary>
public static class RecipeTable
{
    /// <summary>Every key in the order of the reference.</summary>
    public static IReadOnlyList<RecipeRow> Rows(RecipeSection recipe) => [.. Below(recipe, RecipeReference.Keys)];

    private static IEnumerable<RecipeRow> Below(RecipeSection section, IReadOnlyList<RecipeKey> keys)
    {
        foreach (var key in keys)
        {
            if (key.Kinds is { } kinds)
            {
                var below = section.Section(key.Name);
                var kind = kinds.Kinds.First(candidate => candidate.Name == below.Kind);
                yield return new($"{section.Where(key.Name)}.kind", below.Kind, key.Default, key.Type.Name, $"{key.Meaning} Here: {kind.Summary}", key.Source);
                foreach (var row in Below(below, kind.Keys))
                {
                    yield return row;
                }
            }
            else
            {
                yield return new(section.Where(key.Name), section.Text(key.Name), key.Default, key.Type.Name, key.Meaning, key.Source);
            }
        }
    }
}
