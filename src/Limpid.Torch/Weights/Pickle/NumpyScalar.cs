namespace Limpid.Torch.Weights.Pickle;

/// <summary>A number that numpy wrote: a type such as <c>f8</c> with its byte order, and the bytes.</summary>
internal static class NumpyScalar
{
    /// <summary>The number as double, long or bool; null where it is none.</summary>
    public static object? Read(object?[] given)
    {
        if (given is not [PickleObject { Arguments: string type, State: PickleTuple { Items: [_, "<" or "|" or "=", ..] } }, ByteRange bytes]
            || ElementType(type) is not { } dtype || bytes.Length != Elements.Size(dtype))
        {
            return null;
        }
        byte[] value = bytes.ToArray();
        return dtype switch
        {
            DType.Bool => value[0] != 0,
            DType.Float16 or DType.Float32 or DType.Float64 => Elements.Real(dtype, value),
            _ => Elements.Whole(dtype, value),
        };
    }

    /// <summary>Element type of a numpy type code.</summary>
    public static DType? ElementType(string code) => code switch
    {
        "f2" => DType.Float16,
        "f4" => DType.Float32,
        "f8" => DType.Float64,
        "u1" => DType.UInt8,
        "i1" => DType.Int8,
        "i2" => DType.Int16,
        "i4" => DType.Int32,
        "i8" => DType.Int64,
        "b1" => DType.Bool,
        _ => null,
    };
}
