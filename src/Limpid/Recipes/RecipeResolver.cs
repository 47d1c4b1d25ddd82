using Limpid.Data;
using Limpid.Torch;

namespace Limpid.Recipes;

/// <summary>Checks what a recipe says against the keys there are, and fills in the defaults.</summary>
internal static class RecipeResolver
{
    /// <exception cref="InputException">A key is unknown or a value does not fit; the message names the place and the nearest key.</exception>
    public static RecipeSection Resolve(IReadOnlyList<RecipeKey> keys, RecipeNode node, string path = "", string kind = "")
    {
        var section = new RecipeSection(path, kind);
        foreach (var (written, child) in node.Children)
        {
            if (written != "kind" && keys.All(key => key.Name != written))
            {
                throw Unknown(keys, written, child, section);
            }
        }
        foreach (var key in keys)
        {
            node.Children.TryGetValue(key.Name, out var child);
            if (key.Kinds is { } kinds)
            {
                section.Add(key.Name, ResolveKind(key, kinds, child, section.Where(key.Name)));
            }
            else if (child is { Value: null })
            {
                throw new InputException($"{child.Origin}: {section.Where(key.Name)} takes a value ({key.Type.Name}), not further keys");
            }
            else
            {
                section.Add(key.Name, Check(key, child?.Value ?? key.Default, child, section.Where(key.Name)));
            }
        }
        return section;
    }

    private static RecipeSection ResolveKind(RecipeKey key, IKindTable kinds, RecipeNode? node, string path)
    {
        RecipeNode? named = node is { Value: null } ? node.Children.GetValueOrDefault("kind") : node;
        string name = Check(key, named?.Value ?? key.Default, named, path);
        var kind = kinds.Kinds.First(candidate => candidate.Name == name);
        return Resolve(kind.Keys, node ?? RecipeNode.Mapping(""), path, name);
    }

    private static string Check(RecipeKey key, string value, RecipeNode? node, string path) =>
        key.Type.Check(value, node is null || node.Origin.Length == 0 ? path : node.IsOverride ? node.Origin : $"{node.Origin}: {path}");

    private static InputException Unknown(IReadOnlyList<RecipeKey> keys, string written, RecipeNode child, RecipeSection section)
    {
        string owner = section.Kind.Length == 0 ? "a recipe" : $"{section.Path} '{section.Kind}'";
        string known = keys.Count == 0 ? "it has none" : $"known: {string.Join(", ", keys.Select(key => key.Name))}";
        return new InputException($"{child.Origin}: {owner} has no key '{written}'{NearestName.Hint(written, keys.Select(key => key.Name))} ({known})");
    }
}
