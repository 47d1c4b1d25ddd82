namespace Limpid.Torch;

/// <summary>Element type of a tensor; the values are libtorch's own codes.</summary>
public enum DType
{
    /// <summary>Unsigned 8-bit integer: stored pixels.</summary>
    UInt8 = 0,

    /// <summary>Signed 8-bit integer.</summary>
    Int8 = 1,

    /// <summary>Signed 16-bit integer.</summary>
    Int16 = 2,

    /// <summary>Signed 32-bit integer.</summary>
    Int32 = 3,

    /// <summary>Signed 64-bit integer: labels and indices.</summary>
    Int64 = 4,

    /// <summary>IEEE half precision.</summary>
    Float16 = 5,

    /// <summary>IEEE single precision: images, weights, gradients.</summary>
    Float32 = 6,

    /// <summary>IEEE double precision: schedules and long reference runs.</summary>
    Float64 = 7,

    /// <summary>Boolean, one byte each.</summary>
    Bool = 11,

    /// <summary>Brain float, 16 bits.</summary>
    BFloat16 = 15,
}
