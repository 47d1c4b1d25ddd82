namespace Limpid.Recipes;

/// <summary>What a recipe says, before anything is checked: a value, or keys with nodes.</summary>
internal sealed class RecipeNode
{
    private const string Override = "--set";

    public string? Value { get; private set; }

    /// <summary>Where it was written, such as <c>my.yaml line 3</c> or <c>--set</c>.</summary>
    public string Origin { get; private init; } = "";

    /// <summary>Whether the call set it; then the origin names the key already.</summary>
    public bool IsOverride => Origin.StartsWith(Override, StringComparison.Ordinal);

    public OrderedDictionary<string, RecipeNode> Children { get; } = new(StringComparer.Ordinal);

    public static RecipeNode Scalar(string value, string origin) => new() { Value = value, Origin = origin };

    public static RecipeNode Mapping(string origin) => new() { Origin = origin };

    /// <summary>Sets the value of a dotted key, replacing what stood there with all below it.</summary>
    public void Set(ReadOnlySpan<string> path, string value, string origin)
    {
        string key = path[0];
        if (path.Length == 1)
        {
            // Another kind starts from its own defaults.
            if (key == "kind" && Children.TryGetValue("kind", out var before) && before.Value != value)
            {
                Children.Clear();
            }
            Children[key] = Scalar(value, origin);
            return;
        }
        if (!Children.TryGetValue(key, out var child))
        {
            child = Mapping(origin);
        }
        else if (child.Value is { } kind)
        {
            // `attack: pgd` is short for `attack: {kind: pgd}`.
            child = Mapping(child.Origin);
            child.Children["kind"] = Scalar(kind, child.Origin);
        }
        Children[key] = child;
        child.Set(path[1..], value, origin);
    }
}
