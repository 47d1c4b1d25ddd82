using System.Runtime.InteropServices;

namespace Limpid.Torch.Weights;

/// <summary>A tensor as a file holds it: element type, shape and row-major little-endian bytes.</summary>
/// <remarks>A tensor from a file is loaded when its data are first asked for; <see cref="CopyTo"/> loads it without keeping a copy. Values never change.</remarks>
public sealed class StoredTensor
{
    private readonly ByteRange storage;
    private readonly long offset;
    private readonly long[] strides;
    private byte[]? loaded;

    /// <summary>A tensor of bytes in memory; the bytes are not copied.</summary>
    /// <param name="dtype">Element type.</param>
    /// <param name="shape">Sizes; empty for a scalar.</param>
    /// <param name="data">Row-major little-endian elements.</param>
    /// <exception cref="ArgumentException">The number of bytes does not match the shape.</exception>
    public StoredTensor(DType dtype, long[] shape, ReadOnlyMemory<byte> data)
        : this(dtype, [.. shape], RowMajor(shape), 0, new MemoryBytes("memory", data).All)
    {
        if (Elements.Count(shape, dtype) is not { } count || count * Elements.Size(dtype) != data.Length)
        {
            throw new ArgumentException($"{data.Length} bytes do not hold a {dtype} tensor of shape {ShapeText(shape)}", nameof(data));
        }
    }

    /// <summary>A view of a storage; the caller has checked shape, strides and offset (counted in elements) against it.</summary>
    internal StoredTensor(DType dtype, long[] shape, long[] strides, long offset, ByteRange storage)
    {
        DType = dtype;
        Shape = shape;
        Count = Elements.Count(shape, dtype) ?? 0;
        this.strides = strides;
        this.offset = offset;
        this.storage = storage;
    }

    /// <summary>Element type.</summary>
    public DType DType { get; }

    /// <summary>Sizes, outermost first; empty for a scalar. Not to be changed.</summary>
    public long[] Shape { get; }

    /// <summary>Number of elements.</summary>
    public long Count { get; }

    /// <summary>Number of bytes: elements times their size.</summary>
    public long ByteLength => Count * Elements.Size(DType);

    /// <summary>Row-major little-endian elements; loaded on first use and kept.</summary>
    /// <exception cref="InputException">The file can no longer be read.</exception>
    public ReadOnlyMemory<byte> Data
    {
        get
        {
            if (loaded is null)
            {
                var bytes = new byte[ByteLength];
                CopyTo(bytes);
                loaded = bytes;
            }
            return loaded;
        }
    }

    /// <summary>Writes the row-major little-endian elements to <paramref name="destination"/>, straight from the file.</summary>
    /// <exception cref="ArgumentException">The destination is not exactly <see cref="ByteLength"/> bytes.</exception>
    /// <exception cref="InputException">The file can no longer be read.</exception>
    public void CopyTo(Span<byte> destination)
    {
        if (destination.Length != ByteLength)
        {
            throw new ArgumentException($"{destination.Length} bytes given for a tensor of {ByteLength}", nameof(destination));
        }
        if (loaded is { } bytes)
        {
            bytes.CopyTo(destination);
        }
        else if (Count > 0 && IsRowMajor(Shape, strides))
        {
            storage.CopyTo(offset * Elements.Size(DType), destination);
        }
        else if (Count > 0)
        {
            Gather(destination);
        }
    }

    /// <summary>The values as single precision; integers and doubles are rounded, booleans give 0 and 1.</summary>
    public float[] ToFloats()
    {
        if (DType == DType.Float32 && BitConverter.IsLittleEndian)
        {
            var same = new float[Count];
            CopyTo(MemoryMarshal.AsBytes(same.AsSpan()));
            return same;
        }
        return Values(at => (float)Elements.Real(DType, at));
    }

    /// <summary>The values as double precision; exact but for 64-bit integers beyond 2⁵³.</summary>
    public double[] ToDoubles() => Values(at => Elements.Real(DType, at));

    /// <summary>The values of an integer or boolean tensor.</summary>
    /// <exception cref="InvalidOperationException">The elements are real numbers.</exception>
    public long[] ToInt64s() => Values(at => Elements.Whole(DType, at));

    /// <summary>Whether a value is NaN or infinite; loads the tensor without keeping it.</summary>
    public bool HasNonFinite()
    {
        if (DType is not (DType.Float16 or DType.BFloat16 or DType.Float32 or DType.Float64))
        {
            return false;
        }
        var bytes = new byte[ByteLength];
        CopyTo(bytes);
        int size = Elements.Size(DType);
        for (int at = 0; at < bytes.Length; at += size)
        {
            if (!double.IsFinite(Elements.Real(DType, bytes.AsSpan(at, size))))
            {
                return true;
            }
        }
        return false;
    }

    /// <summary>A single-precision tensor of these values.</summary>
    public static StoredTensor FromFloats(ReadOnlySpan<float> values, params long[] shape)
    {
        var bytes = new byte[values.Length * sizeof(float)];
        for (int i = 0; i < values.Length; i++)
        {
            BitConverter.TryWriteBytes(bytes.AsSpan(i * sizeof(float)), values[i]);
        }
        return new StoredTensor(DType.Float32, shape, bytes);
    }

    /// <summary>A tensor of these 64-bit integers.</summary>
    public static StoredTensor FromInt64s(ReadOnlySpan<long> values, params long[] shape)
    {
        var bytes = new byte[values.Length * sizeof(long)];
        for (int i = 0; i < values.Length; i++)
        {
            BitConverter.TryWriteBytes(bytes.AsSpan(i * sizeof(long)), values[i]);
        }
        return new StoredTensor(DType.Int64, shape, bytes);
    }

    /// <summary>Type and shape, such as <c>Float32 [16, 3, 3, 3]</c>.</summary>
    public override string ToString() => $"{DType} {ShapeText(Shape)}";

    internal static string ShapeText(ReadOnlySpan<long> shape) => $"[{string.Join(", ", shape.ToArray())}]";

    /// <summary>Strides of a dense tensor, in elements.</summary>
    internal static long[] RowMajor(ReadOnlySpan<long> shape)
    {
        var dense = new long[shape.Length];
        long stride = 1;
        for (int i = shape.Length - 1; i >= 0; i--)
        {
            dense[i] = stride;
            stride = unchecked(stride * Math.Max(1, shape[i]));
        }
        return dense;
    }

    /// <summary>Whether the elements lie one after the other; strides of dimensions of size 1 mean nothing.</summary>
    internal static bool IsRowMajor(ReadOnlySpan<long> shape, ReadOnlySpan<long> strides)
    {
        long[] dense = RowMajor(shape);
        for (int i = 0; i < shape.Length; i++)
        {
            if (shape[i] == 0)
            {
                return true;
            }
        }
        for (int i = 0; i < shape.Length; i++)
        {
            if (shape[i] != 1 && strides[i] != dense[i])
            {
                return false;
            }
        }
        return true;
    }

    private delegate T Read<T>(ReadOnlySpan<byte> at);

    private T[] Values<T>(Read<T> read)
    {
        ReadOnlySpan<byte> bytes = Data.Span;
        int size = Elements.Size(DType);
        var values = new T[Count];
        for (int i = 0; i < values.Length; i++)
        {
            values[i] = read(bytes.Slice(i * size, size));
        }
        return values;
    }

    /// <summary>Copies element by element along the strides, from the one stretch of storage that the view spans.</summary>
    private void Gather(Span<byte> destination)
    {
        int size = Elements.Size(DType);
        byte[] span = storage.Slice(offset * size, Span(Shape, strides) * size).ToArray();
        var index = new long[Shape.Length];
        long from = 0;
        for (long to = 0; to < Count; to++)
        {
            span.AsSpan((int)from * size, size).CopyTo(destination.Slice((int)to * size, size));
            for (int d = Shape.Length - 1; d >= 0; d--)
            {
                from += strides[d];
                if (++index[d] < Shape[d])
                {
                    break;
                }
                from -= strides[d] * Shape[d];
                index[d] = 0;
            }
        }
    }

    /// <summary>Elements from the first to the last of a view of at least one element that fits its storage.</summary>
    internal static long Span(ReadOnlySpan<long> shape, ReadOnlySpan<long> strides)
    {
        long last = 0;
        for (int i = 0; i < shape.Length; i++)
        {
            last += (shape[i] - 1) * strides[i];
        }
        return last + 1;
    }
}
