using Limpid.Torch.Native;

namespace Limpid.Torch;

/// <summary>A multidimensional array held by libtorch.</summary>
/// <remarks>
/// Who creates a tensor owns it, unless a <see cref="TensorScope"/> is open: then the scope does. Operators return new
/// tensors; names that end in <c>InPlace</c> change the receiver. Not safe for mutation from two threads.
/// Disposing twice is harmless. The finalizer is a safety net for forgotten tensors, not a way to manage memory.
/// </remarks>
public sealed unsafe partial class Tensor : IDisposable
{
    private void* handle;
    private long[]? shape;
    private bool survivedOneFinalization;

    internal Tensor(void* handle)
    {
        this.handle = handle;
        Owner = TensorScope.Enter(this);
    }

    /// <summary>Two rounds, so that a tensor whose last use is the argument of a running call outlives the call's reading of it.</summary>
    ~Tensor()
    {
        if (!survivedOneFinalization)
        {
            survivedOneFinalization = true;
            GC.ReRegisterForFinalize(this);
            return;
        }
        Free();
    }

    /// <summary>The scope that will free this tensor, if any.</summary>
    internal TensorScope.Frame? Owner { get; set; }

    /// <summary>The native handle.</summary>
    internal void* Handle
    {
        get
        {
            ObjectDisposedException.ThrowIf(handle is null, this);
            return handle;
        }
    }

    /// <summary>Sizes, outermost first.</summary>
    public ReadOnlySpan<long> Shape => shape ??= ReadShape();

    /// <summary>Number of dimensions.</summary>
    public int Rank => Shape.Length;

    /// <summary>Number of elements.</summary>
    public long Count => Shim.lp_count(Handle);

    /// <summary>Element type.</summary>
    public DType DType => (DType)Shim.lp_dtype(Handle);

    /// <summary>Where the elements live.</summary>
    public Device Device
    {
        get
        {
            int kind, index;
            Shim.lp_device(Handle, &kind, &index);
            return new Device((DeviceKind)kind, index);
        }
    }

    /// <summary>Size of one dimension; negative counts from the last.</summary>
    public long Size(int dimension) => Shape[dimension < 0 ? dimension + Rank : dimension];

    /// <summary>Takes the tensor out of every scope: it lives until it is disposed.</summary>
    public Tensor Keep()
    {
        Owner = null;
        return this;
    }

    /// <summary>A second handle on the same elements, owned by the innermost scope or the caller.</summary>
    public Tensor Alias() => new(Shim.lp_tensor_alias(Handle));

    /// <summary>Whether the handle has been given back.</summary>
    public bool IsDisposed => handle is null;

    /// <summary>Gives the handle back; the memory is freed with the last handle or view.</summary>
    public void Dispose()
    {
        Free();
        GC.SuppressFinalize(this);
    }

    /// <summary>Element type, shape and device; no values.</summary>
    public override string ToString() => IsDisposed ? "Tensor (disposed)" : $"Tensor {DType}[{string.Join(',', Shape.ToArray())}] on {Device}";

    /// <summary>Wraps a handle that a native call returned, or throws what the call reported.</summary>
    internal static Tensor Own(void* handle) => handle is null ? throw TorchException.Last() : new Tensor(handle);

    private long[] ReadShape()
    {
        var sizes = new long[Shim.lp_rank(Handle)];
        fixed (long* p = sizes)
        {
            _ = Shim.lp_sizes(Handle, p);
        }
        return sizes;
    }

    private void Free()
    {
        if (handle is not null)
        {
            Shim.lp_tensor_free(handle);
            handle = null;
        }
    }
}
