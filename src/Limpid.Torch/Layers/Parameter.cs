namespace Limpid.Torch.Layers;

/// <summary>A named tensor of a module: a trained parameter, or a buffer that is only kept.</summary>
public sealed class Parameter
{
    internal Parameter(ReadOnlySpan<long> shape, bool isBuffer, DType dtype)
    {
        Value = Tensor.Zeros(shape, dtype).Keep();
        IsBuffer = isBuffer;
    }

    /// <summary>The elements; owned by the module.</summary>
    public Tensor Value { get; private set; }

    /// <summary>Whether training leaves it alone (running statistics, tables).</summary>
    public bool IsBuffer { get; }

    /// <summary>Overwrites the elements; the shape and type stay.</summary>
    public void Assign(Tensor source)
    {
        using var noGrad = GradMode.Off();
        Value.CopyInPlace(source);
    }

    internal void Move(Device device)
    {
        using var noGrad = GradMode.Off();
        var moved = Value.To(device).Detach().Keep();
        Value.Dispose();
        Value = moved;
    }
}
