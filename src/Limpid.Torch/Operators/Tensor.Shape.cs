using Limpid.Torch.Native;
using Limpid.Torch.Operators;

namespace Limpid.Torch;

/// <content>Shape, parts and copies.</content>
public sealed unsafe partial class Tensor
{
    private static readonly Operator reshapeOp = new("aten::reshape");
    private static readonly Operator permuteOp = new("aten::permute");
    private static readonly Operator transposeOp = new("aten::transpose", "int");
    private static readonly Operator unsqueezeOp = new("aten::unsqueeze");
    private static readonly Operator squeezeOp = new("aten::squeeze", "dim");
    private static readonly Operator expandOp = new("aten::expand");
    private static readonly Operator sliceOp = new("aten::slice", "Tensor");
    private static readonly Operator selectOp = new("aten::select", "int");
    private static readonly Operator chunkOp = new("aten::chunk");
    private static readonly Operator indexSelectOp = new("aten::index_select");
    private static readonly Operator indexCopyOp = new("aten::index_copy");
    private static readonly Operator gatherOp = new("aten::gather");
    private static readonly Operator flipOp = new("aten::flip");
    private static readonly Operator rollOp = new("aten::roll");
    private static readonly Operator repeatOp = new("aten::repeat");
    private static readonly Operator repeatInterleaveOp = new("aten::repeat_interleave", "self_int");
    private static readonly Operator padOp = new("aten::constant_pad_nd");
    private static readonly Operator contiguousOp = new("aten::contiguous");
    private static readonly Operator cloneOp = new("aten::clone");
    private static readonly Operator detachOp = new("aten::detach");
    private static readonly Operator toDTypeOp = new("aten::to", "dtype");
    private static readonly Operator toDeviceOp = new("aten::to", "dtype_layout");

    /// <summary>The same elements in another shape; one size may be −1.</summary>
    public Tensor Reshape(params ReadOnlySpan<long> shape) => CallInts(reshapeOp, shape);

    /// <summary>The dimensions in another order.</summary>
    public Tensor Permute(params ReadOnlySpan<long> order) => CallInts(permuteOp, order);

    /// <summary>Two dimensions exchanged.</summary>
    public Tensor Transpose(int first, int second) => transposeOp.Call(this, first, second);

    /// <summary>A new dimension of size 1.</summary>
    public Tensor Unsqueeze(int dimension) => unsqueezeOp.Call(this, dimension);

    /// <summary>A dimension of size 1 removed.</summary>
    public Tensor Squeeze(int dimension) => squeezeOp.Call(this, dimension);

    /// <summary>Dimensions of size 1 repeated without copying; −1 keeps a size.</summary>
    public Tensor Expand(params ReadOnlySpan<long> shape) => CallInts(expandOp, shape);

    /// <summary>The indices <paramref name="start"/> to <paramref name="end"/> − 1 of a dimension, every <paramref name="step"/>-th.</summary>
    public Tensor Slice(int dimension, long start, long end, long step = 1) => sliceOp.Call(this, dimension, start, end, step);

    /// <summary>One index of a dimension, which disappears.</summary>
    public Tensor Select(int dimension, long index) => selectOp.Call(this, dimension, index);

    /// <summary>Equal parts of a dimension.</summary>
    public Tensor[] Chunk(int parts, int dimension) => chunkOp.CallMany(parts, this, parts, dimension);

    /// <summary>The given indices (int64 [K]) of a dimension.</summary>
    public Tensor IndexSelect(int dimension, Tensor indices) => indexSelectOp.Call(this, dimension, indices);

    /// <summary>The given rows, in this order.</summary>
    public Tensor Rows(ReadOnlySpan<int> rows)
    {
        var indices = new long[rows.Length];
        for (int i = 0; i < rows.Length; i++)
        {
            indices[i] = rows[i];
        }
        using var onCpu = From(indices, indices.Length).Keep();
        using var onDevice = onCpu.To(Device).Keep();
        return IndexSelect(0, onDevice);
    }

    /// <summary>A copy in which the given indices (int64 [K]) of a dimension are taken from <paramref name="source"/>.</summary>
    public Tensor IndexCopy(int dimension, Tensor indices, Tensor source) => indexCopyOp.Call(this, dimension, indices, source);

    /// <summary>Elements picked along a dimension by an index tensor (int64) of the result's shape.</summary>
    public Tensor Gather(int dimension, Tensor indices) => gatherOp.Call(this, dimension, indices);

    /// <summary>The order of a dimension reversed.</summary>
    public Tensor Flip(params ReadOnlySpan<long> dimensions) => CallInts(flipOp, dimensions);

    /// <summary>Elements shifted cyclically by the given amounts along the given dimensions.</summary>
    public Tensor Roll(ReadOnlySpan<long> shifts, ReadOnlySpan<long> dimensions)
    {
        fixed (long* s = shifts)
        fixed (long* d = dimensions)
        {
            return rollOp.Call(this, Arg.Ints(s, shifts.Length), Arg.Ints(d, dimensions.Length));
        }
    }

    /// <summary>The whole tensor tiled this often along each dimension.</summary>
    public Tensor Repeat(params ReadOnlySpan<long> times) => CallInts(repeatOp, times);

    /// <summary>Each index of a dimension repeated this often, one after the other.</summary>
    public Tensor RepeatInterleave(long times, int dimension) => repeatInterleaveOp.Call(this, times, dimension);

    /// <summary>A constant border; pairs (before, after) from the last dimension inward.</summary>
    public Tensor Pad(ReadOnlySpan<long> borders, double value = 0)
    {
        fixed (long* p = borders)
        {
            return padOp.Call(this, Arg.Ints(p, borders.Length), value);
        }
    }

    /// <summary>The elements laid out row-major; this very memory where it already is.</summary>
    public Tensor Contiguous() => contiguousOp.Call(this);

    /// <summary>A copy of the elements.</summary>
    public Tensor Clone() => cloneOp.Call(this);

    /// <summary>The same elements without their history.</summary>
    public Tensor Detach() => detachOp.Call(this);

    /// <summary>The elements in another type; this very tensor's elements where it already is.</summary>
    public Tensor To(DType dtype) => toDTypeOp.Call(this, dtype);

    /// <summary>The elements on another device; this very tensor's elements where it already is.</summary>
    public Tensor To(Device device) => device.Kind == Device.Kind && (device.Index < 0 || device.Index == Device.Index)
        ? Alias()
        : toDeviceOp.Call(this, Arg.None, Arg.None, device);

    private Tensor CallInts(Operator op, ReadOnlySpan<long> values)
    {
        fixed (long* p = values)
        {
            return op.Call(this, Arg.Ints(p, values.Length));
        }
    }
}
