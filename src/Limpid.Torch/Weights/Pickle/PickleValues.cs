namespace Limpid.Torch.Weights.Pickle;

// What an unpickled value can be: null, bool, long, double, string, BigInteger, ByteRange, or one of the types below.

/// <summary>A list or a set.</summary>
internal sealed class PickleList
{
    public List<object?> Items { get; } = [];
}

/// <summary>A tuple.</summary>
internal sealed class PickleTuple(object?[] items)
{
    public static readonly PickleTuple Empty = new([]);

    public object?[] Items { get; } = items;
}

/// <summary>A dictionary in the order of its entries.</summary>
internal sealed class PickleDict
{
    public List<KeyValuePair<object?, object?>> Items { get; } = [];

    /// <summary>The entry of this name among the first few: for small dictionaries of known make.</summary>
    public object? Find(string name)
    {
        foreach (var (key, value) in Items.Take(16))
        {
            if (key is string text && text == name)
            {
                return value;
            }
        }
        return null;
    }
}

/// <summary>The name of a class or function on the allow-list; never looked up, never called.</summary>
internal sealed record PickleGlobal(string Module, string Name)
{
    public override string ToString() => $"{Module}.{Name}";
}

/// <summary>An instance of a class on the allow-list that is kept as data: its class, its arguments and its state.</summary>
internal sealed class PickleObject(PickleGlobal type, object? arguments)
{
    public PickleGlobal Type { get; } = type;

    public object? Arguments { get; } = arguments;

    public object? State { get; set; }
}

/// <summary>The elements that tensors are views of.</summary>
internal sealed class PickleStorage(DType dtype, long count)
{
    public DType DType { get; } = dtype;

    public long Count { get; } = count;

    /// <summary>Where the elements are; in the legacy format known only after the pickle.</summary>
    public ByteRange? Data { get; set; }
}

/// <summary>A view of a storage: offset and strides in elements.</summary>
internal sealed record PickleTensor(PickleStorage Storage, long Offset, long[] Shape, long[] Strides);
