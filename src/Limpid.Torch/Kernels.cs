namespace Limpid.Torch;

/// <summary>Whose code computes the operators that Limpid has kernels of its own for.</summary>
public enum Kernels
{
    /// <summary>Limpid's where they apply and are faster; libtorch's otherwise. Equal up to rounding.</summary>
    Auto,

    /// <summary>As <see cref="Auto"/>, with 3×3 convolutions by Winograd's F(4×4,3×3) where that is faster: fewer products, and rounding errors as large as libtorch's.</summary>
    Fast,

    /// <summary>As <see cref="Auto"/>, with 3×3 convolutions by Winograd's F(2×2,3×3) only: more products than the F(4×2,3×3) of <see cref="Auto"/>, and the smallest rounding errors.</summary>
    Precise,

    /// <summary>libtorch's, always.</summary>
    Library,
}

/// <summary>What people call the choices of <see cref="Kernels"/>.</summary>
public static class KernelNames
{
    /// <summary>Every name, such as <c>auto</c>.</summary>
    public static IReadOnlyList<string> All { get; } = [.. Enum.GetValues<Kernels>().Select(Name)];

    /// <summary>Every name in a sentence: <c>auto, fast, precise or library</c>.</summary>
    public static string Choices { get; } = $"{string.Join(", ", All.SkipLast(1))} or {All[^1]}";

    /// <summary>The name of a choice, in small letters.</summary>
    public static string Name(this Kernels kernels) => kernels.ToString().ToLowerInvariant();

    /// <summary>The most outputs that a Winograd tile of a 3×3 convolution may have.</summary>
    internal static int TileOutputs(this Kernels kernels) => kernels switch
    {
        Kernels.Precise => 2 * 2,
        Kernels.Fast => 4 * 4,
        _ => 4 * 2,
    };

    /// <summary>The choice of a name.</summary>
    /// <param name="name">One of <see cref="All"/>.</param>
    /// <param name="where">Where the name was written, for the message.</param>
    /// <exception cref="InputException">There is no such choice.</exception>
    public static Kernels Parse(string name, string where) =>
        All.Contains(name, StringComparer.Ordinal) ? Enum.Parse<Kernels>(name, ignoreCase: true)
            : throw new InputException($"{where} is '{name}': use {Choices}");
}
