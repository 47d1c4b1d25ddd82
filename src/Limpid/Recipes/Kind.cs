using Limpid.Data;
using Limpid.Torch;

namespace Limpid.Recipes;

/// <summary>Something a recipe can choose by name: a defense, an attack, a noise level.</summary>
public interface IKind
{
    /// <summary>The name in recipes, in lower case with hyphens.</summary>
    string Name { get; }

    /// <summary>What it is, in a line, with its source.</summary>
    string Summary { get; }

    /// <summary>Its own keys.</summary>
    IReadOnlyList<RecipeKey> Keys { get; }
}

/// <summary>All kinds of one sort.</summary>
public interface IKindTable
{
    /// <summary>What they are called together, such as <c>attack</c>.</summary>
    string Sort { get; }

    /// <summary>The kinds in the order to show them.</summary>
    IReadOnlyList<IKind> Kinds { get; }
}

/// <summary>A kind that builds a <typeparamref name="T"/> from the values of its keys.</summary>
/// <param name="Name">The name in recipes.</param>
/// <param name="Summary">What it is, in a line.</param>
/// <param name="Keys">Its own keys.</param>
/// <param name="Build">Makes the object.</param>
public sealed record Kind<T>(string Name, string Summary, IReadOnlyList<RecipeKey> Keys, Func<RecipeSection, RecipeParts, T> Build) : IKind;

/// <summary>The kinds that build a <typeparamref name="T"/>.</summary>
public sealed class KindTable<T>(string sort, params Kind<T>[] kinds) : IKindTable
{
    /// <inheritdoc/>
    public string Sort => sort;

    /// <inheritdoc/>
    public IReadOnlyList<IKind> Kinds => kinds;

    /// <summary>Builds what a section of a recipe describes.</summary>
    public T Build(RecipeSection section, RecipeParts parts)
    {
        ArgumentNullException.ThrowIfNull(section);
        return Find(section.Kind).Build(section, parts);
    }

    /// <summary>The kind of this name.</summary>
    /// <exception cref="InputException">There is none; the message names the nearest.</exception>
    public Kind<T> Find(string name) =>
        Array.Find(kinds, kind => kind.Name == name)
            ?? throw new InputException($"{sort} '{name}' is not known{NearestName.Hint(name, kinds.Select(kind => kind.Name))} (known: {string.Join(", ", kinds.Select(kind => kind.Name))})");
}
