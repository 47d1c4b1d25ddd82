using Limpid.Torch.Native;
using Limpid.Torch.Operators;

namespace Limpid.Torch;

/// <content>Tensors made from nothing, and joined from others.</content>
public sealed unsafe partial class Tensor
{
    private static readonly Operator emptyOp = new("aten::empty", "memory_format");
    private static readonly Operator zerosOp = new("aten::zeros");
    private static readonly Operator fullOp = new("aten::full");
    private static readonly Operator arangeOp = new("aten::arange");
    private static readonly Operator zerosLikeOp = new("aten::zeros_like");
    private static readonly Operator onesLikeOp = new("aten::ones_like");
    private static readonly Operator catOp = new("aten::cat");
    private static readonly Operator stackOp = new("aten::stack");

    /// <summary>Uninitialized elements.</summary>
    public static Tensor Empty(ReadOnlySpan<long> shape, DType dtype = DType.Float32, Device device = default)
    {
        fixed (long* p = shape)
        {
            return emptyOp.Call(Arg.Ints(p, shape.Length), dtype, Arg.None, device);
        }
    }

    /// <summary>Elements all 0.</summary>
    public static Tensor Zeros(ReadOnlySpan<long> shape, DType dtype = DType.Float32, Device device = default)
    {
        fixed (long* p = shape)
        {
            return zerosOp.Call(Arg.Ints(p, shape.Length), dtype, Arg.None, device);
        }
    }

    /// <summary>Elements all 1.</summary>
    public static Tensor Ones(ReadOnlySpan<long> shape, DType dtype = DType.Float32, Device device = default) =>
        Full(shape, 1, dtype, device);

    /// <summary>Elements all equal to a value.</summary>
    public static Tensor Full(ReadOnlySpan<long> shape, double value, DType dtype = DType.Float32, Device device = default)
    {
        fixed (long* p = shape)
        {
            return fullOp.Call(Arg.Ints(p, shape.Length), value, dtype, Arg.None, device);
        }
    }

    /// <summary>The integers 0 to <paramref name="end"/> − 1.</summary>
    public static Tensor Range(long end, DType dtype = DType.Int64, Device device = default) =>
        arangeOp.Call(end, dtype, Arg.None, device);

    /// <summary>Zeros of the same shape, type and device.</summary>
    public Tensor ZerosLike() => zerosLikeOp.Call(this);

    /// <summary>Ones of the same shape, type and device.</summary>
    public Tensor OnesLike() => onesLikeOp.Call(this);

    /// <summary>Joins tensors along an existing dimension.</summary>
    public static Tensor Concat(ReadOnlySpan<Tensor> tensors, int dimension = 0) => Join(catOp, tensors, dimension);

    /// <summary>Joins tensors of one shape along a new dimension.</summary>
    public static Tensor Stack(ReadOnlySpan<Tensor> tensors, int dimension = 0) => Join(stackOp, tensors, dimension);

    private static Tensor Join(Operator join, ReadOnlySpan<Tensor> tensors, int dimension)
    {
        var handles = Handles(tensors);
        fixed (nint* p = handles)
        {
            var joined = join.Call(Arg.Tensors(p, handles.Length), dimension);
            foreach (var tensor in tensors)
            {
                GC.KeepAlive(tensor);
            }
            return joined;
        }
    }

    internal static nint[] Handles(ReadOnlySpan<Tensor> tensors)
    {
        var handles = new nint[tensors.Length];
        for (int i = 0; i < handles.Length; i++)
        {
            handles[i] = (nint)tensors[i].Handle;
        }
        return handles;
    }
}
