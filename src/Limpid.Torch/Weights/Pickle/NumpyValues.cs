using System.Text;

namespace Limpid.Torch.Weights.Pickle;

/// <summary>Numbers and arrays that numpy wrote: a type such as <c>f8</c> with its byte order, and the bytes.</summary>
internal static class NumpyValues
{
    /// <summary>A number as double, long or bool; null where it is none.</summary>
    public static object? Scalar(object?[] given)
    {
        if (given is not [var type, var content] || ElementType(type) is not { } dtype)
        {
            return null;
        }
        byte[]? value = content switch
        {
            ByteRange { Length: <= sizeof(double) } bytes => bytes.ToArray(),
            string { Length: <= sizeof(double) } text => Encoding.Latin1.GetBytes(text), // Python 2 had no other byte strings
            _ => null,
        };
        if (value?.Length != Elements.Size(dtype))
        {
            return null;
        }
        return dtype switch
        {
            DType.Bool => value[0] != 0,
            DType.Float16 or DType.Float32 or DType.Float64 => Elements.Real(dtype, value),
            _ => Elements.Whole(dtype, value),
        };
    }

    /// <summary>An array from its state (version, shape, type, column order, bytes); null for types that tensors do not have, such as those of random states.</summary>
    public static PickleTensor? Array(object? state)
    {
        if (state is not PickleTuple { Items: [long, PickleTuple { Items: { Length: <= 32 } sizes }, var type, bool isColumnOrder, ByteRange bytes] }
            || ElementType(type) is not { } dtype || !sizes.All(size => size is long))
        {
            return null;
        }
        long[] shape = [.. sizes.Select(size => (long)size!)];
        if (Elements.Count(shape, dtype) is not { } count || bytes.Length != count * Elements.Size(dtype))
        {
            return null;
        }
        long[] strides = isColumnOrder ? [.. StoredTensor.RowMajor([.. shape.Reverse()]).Reverse()] : StoredTensor.RowMajor(shape);
        return new PickleTensor(new PickleStorage(dtype, count) { Data = bytes }, 0, shape, strides);
    }

    /// <summary>Element type of a little-endian numpy type.</summary>
    private static DType? ElementType(object? type) =>
        type is not PickleObject { Arguments: string { Length: 2 } code, State: PickleTuple { Items: [_, "<" or "|" or "=", ..] } } ? null : code switch
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
