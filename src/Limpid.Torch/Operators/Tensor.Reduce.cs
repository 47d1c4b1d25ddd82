using Limpid.Torch.Native;
using Limpid.Torch.Operators;

namespace Limpid.Torch;

/// <content>Sums, extremes, order and products.</content>
public sealed unsafe partial class Tensor
{
    private static readonly Operator sumOp = new("aten::sum");
    private static readonly Operator sumDimsOp = new("aten::sum", "dim_IntList");
    private static readonly Operator meanOp = new("aten::mean");
    private static readonly Operator meanDimsOp = new("aten::mean", "dim");
    private static readonly Operator amaxOp = new("aten::amax");
    private static readonly Operator aminOp = new("aten::amin");
    private static readonly Operator argMaxOp = new("aten::argmax");
    private static readonly Operator sortOp = new("aten::sort");
    private static readonly Operator topKOp = new("aten::topk");
    private static readonly Operator medianOp = new("aten::median");
    private static readonly Operator cumSumOp = new("aten::cumsum");
    private static readonly Operator anyOp = new("aten::any");
    private static readonly Operator allOp = new("aten::all");
    private static readonly Operator vectorNormOp = new("aten::linalg_vector_norm");
    private static readonly Operator matMulOp = new("aten::matmul");
    private static readonly Operator batchMatMulOp = new("aten::bmm");

    /// <summary>The sum of all elements.</summary>
    public Tensor Sum() => sumOp.Call(this);

    /// <summary>The sum over some dimensions.</summary>
    public Tensor Sum(ReadOnlySpan<long> dimensions, bool keepDimensions = false) => Reduce(sumDimsOp, dimensions, keepDimensions);

    /// <summary>The mean of all elements.</summary>
    public Tensor Mean() => meanOp.Call(this);

    /// <summary>The mean over some dimensions.</summary>
    public Tensor Mean(ReadOnlySpan<long> dimensions, bool keepDimensions = false) => Reduce(meanDimsOp, dimensions, keepDimensions);

    /// <summary>The largest element over some dimensions; none named means all.</summary>
    public Tensor Max(ReadOnlySpan<long> dimensions = default, bool keepDimensions = false) => Reduce(amaxOp, dimensions, keepDimensions);

    /// <summary>The smallest element over some dimensions; none named means all.</summary>
    public Tensor Min(ReadOnlySpan<long> dimensions = default, bool keepDimensions = false) => Reduce(aminOp, dimensions, keepDimensions);

    /// <summary>The index (int64) of the largest element along a dimension; the first of equals.</summary>
    public Tensor ArgMax(int dimension) => argMaxOp.Call(this, dimension);

    /// <summary>Elements and their indices (int64) in order along a dimension.</summary>
    public (Tensor Values, Tensor Indices) Sort(int dimension, bool descending = false)
    {
        var results = sortOp.CallMany(2, this, dimension, descending);
        return (results[0], results[1]);
    }

    /// <summary>The <paramref name="count"/> largest elements along a dimension, descending, and their indices (int64).</summary>
    public (Tensor Values, Tensor Indices) TopK(long count, int dimension)
    {
        var results = topKOp.CallMany(2, this, count, dimension);
        return (results[0], results[1]);
    }

    /// <summary>The lower median of all elements.</summary>
    public Tensor Median() => medianOp.Call(this);

    /// <summary>Running sums along a dimension.</summary>
    public Tensor CumulativeSum(int dimension) => cumSumOp.Call(this, dimension);

    /// <summary>Whether any element is true.</summary>
    public bool Any() => Test(anyOp);

    /// <summary>Whether all elements are true.</summary>
    public bool All() => Test(allOp);

    /// <summary>The vector norm of the given order over some dimensions.</summary>
    public Tensor Norm(double order, ReadOnlySpan<long> dimensions, bool keepDimensions = false)
    {
        fixed (long* p = dimensions)
        {
            return vectorNormOp.Call(this, order, Arg.Ints(p, dimensions.Length), keepDimensions);
        }
    }

    /// <summary>Matrix product with broadcasting of the leading dimensions.</summary>
    public Tensor MatMul(Tensor other) => matMulOp.Call(this, other);

    /// <summary>Matrix products of [B,n,k] with [B,k,m].</summary>
    public Tensor BatchMatMul(Tensor other) => batchMatMulOp.Call(this, other);

    private bool Test(Operator op)
    {
        using var result = op.Call(this).Keep();
        return result.ToBools()[0];
    }

    private Tensor Reduce(Operator op, ReadOnlySpan<long> dimensions, bool keepDimensions)
    {
        fixed (long* p = dimensions)
        {
            return op.Call(this, Arg.Ints(p, dimensions.Length), keepDimensions);
        }
    }
}
