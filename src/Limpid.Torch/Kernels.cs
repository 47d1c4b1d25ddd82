namespace Limpid.Torch;

/// <summary>Whose code computes the operators that Limpid has kernels of its own for.</summary>
public enum Kernels
{
    /// <summary>Limpid's where they apply and are faster; libtorch's otherwise. Equal up to rounding.</summary>
    Auto,

    /// <summary>libtorch's, always.</summary>
    Library,
}
