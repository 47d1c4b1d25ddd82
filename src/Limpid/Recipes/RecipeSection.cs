using System.Globalization;
using Limpid.Attacks;

namespace Limpid.Recipes;

/// <summary>The checked values of a recipe, or of one of its sections, every key present.</summary>
public sealed class RecipeSection
{
    private readonly OrderedDictionary<string, string> values = new(StringComparer.Ordinal);
    private readonly OrderedDictionary<string, RecipeSection> sections = new(StringComparer.Ordinal);

    internal RecipeSection(string path, string kind) => (Path, Kind) = (path, kind);

    /// <summary>Where the section stands, such as <c>defense.level</c>; empty for the recipe itself.</summary>
    public string Path { get; }

    /// <summary>The chosen kind; empty for the recipe itself.</summary>
    public string Kind { get; }

    /// <summary>The text of a key.</summary>
    public string Text(string key) => values[key];

    /// <summary>A whole number.</summary>
    public int Whole(string key) => int.Parse(values[key], CultureInfo.InvariantCulture);

    /// <summary>A whole number that may be large.</summary>
    public long Long(string key) => long.Parse(values[key], CultureInfo.InvariantCulture);

    /// <summary>A number or fraction.</summary>
    public double Real(string key) => Fraction.Parse(values[key], Where(key));

    /// <summary>A number, or null where the word stands that leaves the choice to the program.</summary>
    public double? RealOr(string word, string key) => values[key] == word ? null : Real(key);

    /// <summary>Whether a flag is set.</summary>
    public bool Flag(string key) => values[key] == "true";

    /// <summary>A section below this one.</summary>
    public RecipeSection Section(string key) => sections[key];

    /// <summary>Whether there is such a section below this one.</summary>
    public bool HasSection(string key) => sections.ContainsKey(key);

    /// <summary>The full name of a key, for messages.</summary>
    public string Where(string key) => Path.Length == 0 ? key : $"{Path}.{key}";

    /// <summary>Every key with its value, sections flattened to dotted names, in the order of the reference.</summary>
    public IEnumerable<KeyValuePair<string, string>> Flatten()
    {
        if (Kind.Length > 0)
        {
            yield return new(Where("kind"), Kind);
        }
        foreach (var (key, value) in values)
        {
            yield return new(Where(key), value);
        }
        foreach (var section in sections.Values)
        {
            foreach (var entry in section.Flatten())
            {
                yield return entry;
            }
        }
    }

    internal void Add(string key, string value) => values.Add(key, value);

    internal void Add(string key, RecipeSection section) => sections.Add(key, section);
}
