using Limpid.Torch.Native;

namespace Limpid.Torch.Operators;

/// <summary>Several tensors on which one call of the dispatcher works; the tensors belong to others and keep their handles.</summary>
/// <remarks>One crossing for a whole network's weights instead of one per weight. None of these record history.</remarks>
internal sealed unsafe class TensorList
{
    private static readonly Operator addOp = new("aten::_foreach_add_", "List");
    private static readonly Operator addScalarOp = new("aten::_foreach_add_", "Scalar");
    private static readonly Operator mulScalarOp = new("aten::_foreach_mul_", "Scalar");
    private static readonly Operator divScalarOp = new("aten::_foreach_div_", "Scalar");
    private static readonly Operator addProductOp = new("aten::_foreach_addcmul_", "Scalar");
    private static readonly Operator addQuotientOp = new("aten::_foreach_addcdiv_", "Scalar");
    private static readonly Operator sqrtOp = new("aten::_foreach_sqrt");
    private static readonly Operator normOp = new("aten::_foreach_norm", "Scalar");

    private readonly Tensor[] tensors;
    private readonly nint[] handles;

    public TensorList(IEnumerable<Tensor> tensors)
    {
        this.tensors = [.. tensors];
        handles = Tensor.Handles(this.tensors);
    }

    public int Count => tensors.Length;

    /// <summary>Each plus <paramref name="scale"/> times its counterpart.</summary>
    public void Add(TensorList other, double scale = 1)
    {
        fixed (nint* a = handles, b = other.handles)
        {
            addOp.Run(Arg.Tensors(a, Count), Arg.Tensors(b, Count), scale);
        }
        KeepAlive(this, other);
    }

    /// <summary>Each plus a number.</summary>
    public void Add(double value) => WithNumber(addScalarOp, value);

    /// <summary>Each times a number.</summary>
    public void Multiply(double factor) => WithNumber(mulScalarOp, factor);

    /// <summary>Each divided by a number.</summary>
    public void Divide(double divisor) => WithNumber(divScalarOp, divisor);

    /// <summary>Each plus <paramref name="scale"/> · a · b.</summary>
    public void AddProduct(TensorList a, TensorList b, double scale) => WithPair(addProductOp, a, b, scale);

    /// <summary>Each plus <paramref name="scale"/> · a / b.</summary>
    public void AddQuotient(TensorList a, TensorList b, double scale) => WithPair(addQuotientOp, a, b, scale);

    /// <summary>New tensors: the square root of each.</summary>
    public TensorList Sqrt()
    {
        fixed (nint* a = handles)
        {
            var roots = new TensorList(sqrtOp.CallMany(Count, Arg.Tensors(a, Count)));
            KeepAlive(this, this);
            return roots;
        }
    }

    /// <summary>The Euclidean norm of all elements of all tensors together.</summary>
    public double Norm()
    {
        using var scope = TensorScope.Begin();
        fixed (nint* a = handles)
        {
            var norms = normOp.CallMany(Count, Arg.Tensors(a, Count), 2.0);
            KeepAlive(this, this);
            return Tensor.Stack(norms).Norm(2, [0]).Item();
        }
    }

    private void WithNumber(Operator op, double value)
    {
        fixed (nint* a = handles)
        {
            op.Run(Arg.Tensors(a, Count), value);
        }
        GC.KeepAlive(tensors);
    }

    private void WithPair(Operator op, TensorList first, TensorList second, double scale)
    {
        fixed (nint* t = handles, a = first.handles, b = second.handles)
        {
            op.Run(Arg.Tensors(t, Count), Arg.Tensors(a, Count), Arg.Tensors(b, Count), scale);
        }
        KeepAlive(this, first);
        GC.KeepAlive(second.tensors);
    }

    private static void KeepAlive(TensorList one, TensorList other)
    {
        GC.KeepAlive(one.tensors);
        GC.KeepAlive(other.tensors);
    }
}
