using Limpid.Torch.Layers;

namespace Limpid.Torch.Weights;

/// <summary>Between tensors of the engine and tensors of files.</summary>
public static class StoredTransfer
{
    /// <summary>A copy of the elements, in their own type.</summary>
    public static StoredTensor ToStored(this Tensor tensor)
    {
        ArgumentNullException.ThrowIfNull(tensor);
        return new StoredTensor(tensor.DType, tensor.Shape.ToArray(), tensor.ToBytes());
    }

    /// <summary>Overwrites the elements; the types may differ, the shapes may not.</summary>
    /// <param name="tensor">What to overwrite.</param>
    /// <param name="stored">The elements.</param>
    /// <param name="what">Names the tensor in the error message.</param>
    /// <exception cref="InputException">The shapes differ.</exception>
    public static void Assign(this Tensor tensor, StoredTensor stored, string what)
    {
        ArgumentNullException.ThrowIfNull(tensor);
        ArgumentNullException.ThrowIfNull(stored);
        if (!tensor.Shape.SequenceEqual(stored.Shape))
        {
            throw new InputException($"{what} has shape [{string.Join(", ", stored.Shape)}], but [{string.Join(", ", tensor.Shape.ToArray())}] is needed: it belongs to another network");
        }
        using var noGrad = GradMode.Off();
        using var source = Tensor.FromBytes(stored.Data.Span, stored.DType, stored.Shape).Keep();
        tensor.CopyInPlace(source);
    }

    /// <summary>Adds all parameters and buffers under their dotted names after a prefix.</summary>
    public static void SaveState(this Module network, StoredTensors target, string prefix)
    {
        ArgumentNullException.ThrowIfNull(network);
        ArgumentNullException.ThrowIfNull(target);
        foreach (var (name, parameter) in network.NamedParameters(prefix))
        {
            target.Add(name, parameter.Value.ToStored());
        }
    }

    /// <summary>Takes all parameters and buffers that <see cref="SaveState"/> stored; others in the file are left alone.</summary>
    /// <exception cref="InputException">One is missing or of another shape.</exception>
    public static void LoadState(this Module network, StoredTensors source, string prefix)
    {
        ArgumentNullException.ThrowIfNull(network);
        ArgumentNullException.ThrowIfNull(source);
        foreach (var (name, parameter) in network.NamedParameters(prefix))
        {
            parameter.Value.Assign(source[name], $"{source.Source}: {name}");
        }
    }
}
