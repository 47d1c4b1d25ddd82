using System.Runtime.CompilerServices;
using Limpid.Torch.Native;

namespace Limpid.Torch;

/// <content>Elements in and out.</content>
public sealed unsafe partial class Tensor
{
    /// <summary>A float32 tensor with these elements, row-major; the values are copied.</summary>
    public static Tensor From(ReadOnlySpan<float> values, params ReadOnlySpan<long> shape) => FromData(values, shape, DType.Float32);

    /// <summary>A float64 tensor with these elements, row-major; the values are copied.</summary>
    public static Tensor From(ReadOnlySpan<double> values, params ReadOnlySpan<long> shape) => FromData(values, shape, DType.Float64);

    /// <summary>An int64 tensor with these elements, row-major; the values are copied.</summary>
    public static Tensor From(ReadOnlySpan<long> values, params ReadOnlySpan<long> shape) => FromData(values, shape, DType.Int64);

    /// <summary>A uint8 tensor with these elements, row-major; the values are copied.</summary>
    public static Tensor From(ReadOnlySpan<byte> values, params ReadOnlySpan<long> shape) => FromData(values, shape, DType.UInt8);

    /// <summary>A Boolean tensor with these elements, row-major; the values are copied.</summary>
    public static Tensor From(ReadOnlySpan<bool> values, params ReadOnlySpan<long> shape) => FromData(values, shape, DType.Bool);

    /// <summary>A tensor of any type from its bytes, row-major and little-endian; the bytes are copied.</summary>
    public static Tensor FromBytes(ReadOnlySpan<byte> bytes, DType dtype, params ReadOnlySpan<long> shape)
    {
        long count = Product(shape);
        if (bytes.Length != count * SizeOf(dtype))
        {
            throw new ArgumentException($"{bytes.Length} bytes are not {count} elements of {dtype}", nameof(bytes));
        }
        return Make(bytes, shape, dtype);
    }

    /// <summary>The elements as float32, row-major.</summary>
    public float[] ToFloats() => CopyOut<float>(DType.Float32);

    /// <summary>The elements as float64, row-major.</summary>
    public double[] ToDoubles() => CopyOut<double>(DType.Float64);

    /// <summary>The elements as int64, row-major.</summary>
    public long[] ToLongs() => CopyOut<long>(DType.Int64);

    /// <summary>The elements as Booleans, row-major.</summary>
    public bool[] ToBools() => CopyOut<bool>(DType.Bool);

    /// <summary>The elements' own bytes, row-major and little-endian.</summary>
    public byte[] ToBytes()
    {
        var bytes = new byte[Count * SizeOf(DType)];
        CopyOut(this, bytes);
        return bytes;
    }

    /// <summary>The only element, as float64.</summary>
    /// <exception cref="InvalidOperationException">The tensor has not exactly one element.</exception>
    public double Item() => Count == 1 ? ToDoubles()[0] : throw new InvalidOperationException($"{this} has not exactly one element");

    /// <summary>Overwrites the elements with these, row-major.</summary>
    public void Assign(ReadOnlySpan<float> values)
    {
        fixed (float* p = values)
        {
            Check(Shim.lp_tensor_copy_in(Handle, p, values.Length * (long)sizeof(float)));
        }
    }

    /// <summary>Bytes an element takes.</summary>
    public static int SizeOf(DType dtype) => dtype switch
    {
        DType.UInt8 or DType.Int8 or DType.Bool => 1,
        DType.Int16 or DType.Float16 or DType.BFloat16 => 2,
        DType.Int32 or DType.Float32 => 4,
        _ => 8,
    };

    internal static void Check(int status)
    {
        if (status != 0)
        {
            throw TorchException.Last();
        }
    }

    private static Tensor FromData<T>(ReadOnlySpan<T> values, ReadOnlySpan<long> shape, DType dtype)
        where T : unmanaged
    {
        if (values.Length != Product(shape))
        {
            throw new ArgumentException($"{values.Length} values do not fill a shape of {Product(shape)} elements", nameof(values));
        }
        return Make(System.Runtime.InteropServices.MemoryMarshal.AsBytes(values), shape, dtype);
    }

    private static Tensor Make(ReadOnlySpan<byte> bytes, ReadOnlySpan<long> shape, DType dtype)
    {
        Engine.EnsureLoaded();
        fixed (byte* data = bytes)
        fixed (long* sizes = shape)
        {
            return Own(Shim.lp_tensor_from_data(data, sizes, shape.Length, (int)dtype));
        }
    }

    private T[] CopyOut<T>(DType dtype)
        where T : unmanaged
    {
        var values = new T[Count];
        using var cast = DType == dtype ? null : To(dtype).Keep();
        CopyOut(cast ?? this, values);
        return values;
    }

    private static void CopyOut<T>(Tensor source, T[] values)
        where T : unmanaged
    {
        fixed (T* p = values)
        {
            Check(Shim.lp_tensor_copy_out(source.Handle, p, values.Length * (long)Unsafe.SizeOf<T>()));
        }
    }

    private static long Product(ReadOnlySpan<long> shape)
    {
        long product = 1;
        foreach (long size in shape)
        {
            product *= size;
        }
        return product;
    }
}
