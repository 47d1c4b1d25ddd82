using Limpid.Defenses;

namespace Limpid.Recipes.Kinds;

/// <summary>The names of gradient modes in recipes.</summary>
public static class GradientModes
{
    private static readonly (string Name, GradientMode Mode)[] Table =
    [
        ("exact", GradientMode.Exact),
        ("surrogate", GradientMode.Surrogate),
        ("bpda", GradientMode.Bpda),
        ("forward-noise-only", GradientMode.ForwardNoiseOnly),
        ("blind", GradientMode.Blind),
    ];

    /// <summary>All names.</summary>
    public static string[] Names => [.. Table.Select(row => row.Name)];

    /// <summary>The mode of a name.</summary>
    public static GradientMode Of(string name) => Table.First(row => row.Name == name).Mode;
}
