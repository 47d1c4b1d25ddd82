using System.Buffers.Binary;

namespace Limpid.Torch.Weights;

/// <summary>Sizes, file names and values of the element types.</summary>
internal static class Elements
{
    /// <summary>Bytes of one element.</summary>
    public static int Size(DType type) => type switch
    {
        DType.UInt8 or DType.Int8 or DType.Bool => 1,
        DType.Int16 or DType.Float16 or DType.BFloat16 => 2,
        DType.Int32 or DType.Float32 => 4,
        DType.Int64 or DType.Float64 => 8,
        _ => throw new ArgumentOutOfRangeException(nameof(type), type, "unknown element type"),
    };

    /// <summary>Name in a safetensors header.</summary>
    public static string SafetensorsName(DType type) => type switch
    {
        DType.UInt8 => "U8",
        DType.Int8 => "I8",
        DType.Int16 => "I16",
        DType.Int32 => "I32",
        DType.Int64 => "I64",
        DType.Float16 => "F16",
        DType.Float32 => "F32",
        DType.Float64 => "F64",
        DType.Bool => "BOOL",
        DType.BFloat16 => "BF16",
        _ => throw new ArgumentOutOfRangeException(nameof(type), type, "unknown element type"),
    };

    /// <summary>Type with this name in a safetensors header; null for one that is not supported (8-bit floats, unsigned wide integers).</summary>
    public static DType? FromSafetensors(string name) => name switch
    {
        "U8" => DType.UInt8,
        "I8" => DType.Int8,
        "I16" => DType.Int16,
        "I32" => DType.Int32,
        "I64" => DType.Int64,
        "F16" => DType.Float16,
        "F32" => DType.Float32,
        "F64" => DType.Float64,
        "BOOL" => DType.Bool,
        "BF16" => DType.BFloat16,
        _ => null,
    };

    /// <summary>Type of a PyTorch storage class; null for one that is not supported (complex, quantized).</summary>
    public static DType? FromStorageClass(string name) => name switch
    {
        "ByteStorage" => DType.UInt8,
        "CharStorage" => DType.Int8,
        "ShortStorage" => DType.Int16,
        "IntStorage" => DType.Int32,
        "LongStorage" => DType.Int64,
        "HalfStorage" => DType.Float16,
        "FloatStorage" => DType.Float32,
        "DoubleStorage" => DType.Float64,
        "BoolStorage" => DType.Bool,
        "BFloat16Storage" => DType.BFloat16,
        _ => null,
    };

    /// <summary>Value of a real element, little-endian; exact for every type but 64-bit integers beyond 2⁵³.</summary>
    public static double Real(DType type, ReadOnlySpan<byte> at) => type switch
    {
        DType.Float16 => (double)BinaryPrimitives.ReadHalfLittleEndian(at),
        DType.BFloat16 => BitConverter.Int32BitsToSingle(BinaryPrimitives.ReadUInt16LittleEndian(at) << 16),
        DType.Float32 => BinaryPrimitives.ReadSingleLittleEndian(at),
        DType.Float64 => BinaryPrimitives.ReadDoubleLittleEndian(at),
        _ => Whole(type, at),
    };

    /// <summary>Value of an integer or boolean element, little-endian.</summary>
    public static long Whole(DType type, ReadOnlySpan<byte> at) => type switch
    {
        DType.UInt8 => at[0],
        DType.Int8 => (sbyte)at[0],
        DType.Bool => at[0] == 0 ? 0 : 1,
        DType.Int16 => BinaryPrimitives.ReadInt16LittleEndian(at),
        DType.Int32 => BinaryPrimitives.ReadInt32LittleEndian(at),
        DType.Int64 => BinaryPrimitives.ReadInt64LittleEndian(at),
        _ => throw new InvalidOperationException($"{type} is not an integer type"),
    };

    /// <summary>Number of elements of a shape, or null where a size is negative or the bytes would not fit into one array.</summary>
    public static long? Count(ReadOnlySpan<long> shape, DType type)
    {
        long limit = Array.MaxLength / Size(type);
        long count = 1;
        bool empty = false;
        foreach (long size in shape)
        {
            if (size < 0)
            {
                return null;
            }
            empty |= size == 0;
        }
        if (empty)
        {
            return 0;
        }
        foreach (long size in shape)
        {
            if (size > limit / count)
            {
                return null;
            }
            count *= size;
        }
        return count;
    }
}
