using System.Buffers.Binary;

namespace Limpid.Data;

/// <summary>How numbers are stored in a MATLAB file; those Limpid reads.</summary>
internal enum MatType
{
    Int8 = 1,
    UInt8 = 2,
    Int16 = 3,
    UInt16 = 4,
    Int32 = 5,
    UInt32 = 6,
    Single = 7,
    Double = 9,
}

/// <summary>An array of a MATLAB file: sizes, first running fastest, and its values as stored.</summary>
internal sealed record MatArray(int[] Sizes, MatType Type, ReadOnlyMemory<byte> Bytes)
{
    /// <summary>Bytes of a value; 0 for types that are not read.</summary>
    public int ElementBytes => Type switch
    {
        MatType.Int8 or MatType.UInt8 => 1,
        MatType.Int16 or MatType.UInt16 => 2,
        MatType.Int32 or MatType.UInt32 or MatType.Single => 4,
        MatType.Double => 8,
        _ => 0,
    };

    /// <summary>The values, in the order of the file; MATLAB stores even doubles as the smallest type that holds them.</summary>
    public double[] ToNumbers()
    {
        var numbers = new double[ElementBytes == 0 ? 0 : Bytes.Length / ElementBytes];
        for (int i = 0; i < numbers.Length; i++)
        {
            ReadOnlySpan<byte> at = Bytes.Span[(i * ElementBytes)..];
            numbers[i] = Type switch
            {
                MatType.Int8 => (sbyte)at[0],
                MatType.UInt8 => at[0],
                MatType.Int16 => BinaryPrimitives.ReadInt16LittleEndian(at),
                MatType.UInt16 => BinaryPrimitives.ReadUInt16LittleEndian(at),
                MatType.Int32 => BinaryPrimitives.ReadInt32LittleEndian(at),
                MatType.UInt32 => BinaryPrimitives.ReadUInt32LittleEndian(at),
                MatType.Single => BinaryPrimitives.ReadSingleLittleEndian(at),
                _ => BinaryPrimitives.ReadDoubleLittleEndian(at),
            };
        }
        return numbers;
    }
}
