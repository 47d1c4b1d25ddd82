using System.Text;

namespace Limpid.Torch.Weights.Pickle;

/// <summary>The allow-list: what each global in a weight file means as data, and the storages that its tensors refer to.</summary>
internal sealed class PickleReducer(ByteSource source, PickleBudget budget, Func<string, DType, long, PickleStorage>? storages)
{
    private const int MostDimensions = 32;
    private const int LongestName = 128;

    /// <summary>A reader of storages embedded as byte strings; null inside one, for there they may not nest.</summary>
    public Func<ByteRange, object?>? Embedded { get; init; }

    /// <summary>Accepts the name of a global or refuses the file.</summary>
    public PickleGlobal Global(string module, string name)
    {
        // Python 2 spelled the built-in module differently.
        string home = module == "__builtin__" ? "builtins" : module;
        bool allowed = module.Length <= LongestName && name.Length <= LongestName && (home, name) switch
        {
            ("collections", "OrderedDict" or "defaultdict" or "Counter") => true,
            ("builtins", "set" or "frozenset" or "list" or "dict" or "tuple" or "int" or "float" or "bool" or "str" or "bytearray") => true,
            ("_codecs", "encode") => true,
            ("torch._utils", "_rebuild_tensor" or "_rebuild_tensor_v2" or "_rebuild_parameter" or "_rebuild_parameter_with_state") => true,
            ("torch.storage", "_load_from_bytes") => Embedded is not null,
            ("torch._tensor", "_rebuild_from_type_v2") => true,
            ("torch", "Size" or "device" or "Tensor") or ("torch.nn.parameter", "Parameter") => true,
            ("torch", "float16" or "float32" or "float64" or "bfloat16" or "uint8" or "int8" or "int16" or "int32" or "int64" or "bool") => true,
            ("torch" or "torch.cuda", _) when Elements.FromStorageClass(name) is not null => true,
            ("numpy", "dtype" or "ndarray") => true,
            ("numpy.core.multiarray" or "numpy._core.multiarray", "scalar" or "_reconstruct") => true,
            ("torch_utils.persistence", "_reconstruct_persistent_obj") => true,
            ("argparse", "Namespace") or ("dnnlib.util", "EasyDict") => true,
            _ => IsLayer(home, name),
        };
        return allowed
            ? new PickleGlobal(home, name)
            : throw source.Bad($"refused: the file wants to run {Shown.Name(module + "." + name)}; only tensors, containers and numbers are read (a network pickled whole must be saved again as its state_dict)");
    }

    /// <summary>What a call makes, as data.</summary>
    public object? Call(PickleGlobal function, PickleTuple arguments)
    {
        object?[] given = arguments.Items;
        switch (function.Module, function.Name)
        {
            case ("collections", _) or ("builtins", "dict") or ("dnnlib.util", "EasyDict"):
                return Dictionary(given);
            case ("builtins", "set" or "frozenset" or "list" or "tuple"):
                return given is [PickleList or PickleTuple] ? given[0] : given is [] ? new PickleList() : throw Odd(function);
            case ("torch", "Size"):
                return given is [PickleTuple or PickleList] ? given[0] : throw Odd(function);
            case ("torch", "device"):
                return given is [string, ..] ? given[0] : throw Odd(function);
            case ("_codecs", "encode"):
                return Encode(given) ?? throw Odd(function);
            case ("torch._utils", "_rebuild_tensor" or "_rebuild_tensor_v2"):
                return Tensor(given) ?? throw Odd(function);
            case ("torch._utils", _):
                return given is [PickleTensor, ..] ? given[0] : throw Odd(function);
            case ("torch._tensor", _):
                return given is [PickleGlobal inner, PickleGlobal, PickleTuple innerArguments, ..] && inner.Module == "torch._utils" ? Call(inner, innerArguments) : throw Odd(function);
            case ("torch.storage", _):
                return given is [ByteRange bytes] ? Embedded!(bytes) : throw Odd(function);
            case ("numpy", "dtype"):
                return given is [string, ..] ? new PickleObject(function, given[0]) : throw Odd(function);
            case (_, "scalar"):
                return NumpyValues.Scalar(given) ?? throw Odd(function);
            case (_, "_reconstruct"):
                return new PickleObject(function, null);
            case ("torch_utils.persistence", _):
                return given is [PickleDict description] ? Persistent(function, description) : throw Odd(function);
            case ("argparse", "Namespace"):
                return new PickleObject(function, null);
            default:
                return IsLayer(function.Module, function.Name) ? new PickleObject(function, null) : throw Odd(function);
        }
    }

    /// <summary>Gives an object its state. Attributes of dictionaries and parameters are not weights and are dropped.</summary>
    public void Build(object? target, object? state)
    {
        switch (target)
        {
            case PickleObject { Type.Name: "_reconstruct" } array:
                array.State = NumpyValues.Array(state);
                break;
            case PickleObject instance:
                instance.State = state;
                break;
            case PickleDict or PickleTensor:
                break;
            default:
                throw source.Bad("the file is damaged or not a weight file: its pickle gives a state to something that has none");
        }
    }

    /// <summary>The storage that a tensor refers to: ('storage', class, key, location, count[, view]).</summary>
    public PickleStorage Persistent(object? id)
    {
        if (id is not PickleTuple { Items: ["storage", PickleGlobal type, var key, _, long count, .. var rest] } || storages is null
            || Elements.FromStorageClass(type.Name) is not { } dtype || key is not (string { Length: <= LongestName } or long))
        {
            throw source.Bad("the file is damaged or not a weight file: it refers to something else than a storage");
        }
        if (rest is [not null, ..])
        {
            throw source.Bad("the file is of a very early PyTorch (storages that are views): load and save it once with a later one");
        }
        budget.Spend(1);
        return storages($"{key}", dtype, count);
    }

    private static bool IsLayer(string module, string name) =>
        module.StartsWith("torch.nn.modules.", StringComparison.Ordinal) && name.Length > 0 && !name.Contains('.') && char.IsUpper(name[0]);

    private PickleDict Dictionary(object?[] given)
    {
        var made = new PickleDict();
        foreach (object? argument in given)
        {
            // Older files hand the entries over as a list of pairs; a defaultdict begins with the type of its values.
            IReadOnlyList<object?> pairs = argument switch
            {
                PickleList list => list.Items,
                PickleTuple tuple => tuple.Items,
                _ => [],
            };
            budget.Spend(pairs.Count);
            foreach (object? pair in pairs)
            {
                made.Items.Add(pair switch
                {
                    PickleList { Items: [var key, var value] } => new(key, value),
                    PickleTuple { Items: [var key, var value] } => new(key, value),
                    _ => throw source.Bad("the file is damaged or not a weight file: a dictionary is made of something else than pairs"),
                });
            }
            if (argument is PickleDict copied)
            {
                budget.Spend(copied.Items.Count);
                made.Items.AddRange(copied.Items);
            }
        }
        return made;
    }

    private object? Encode(object?[] given)
    {
        if (given is not [string text, "latin1" or "latin-1", ..])
        {
            return null;
        }
        budget.Spend(text.Length);
        return new MemoryBytes(source.Name, Encoding.Latin1.GetBytes(text)).All;
    }

    private PickleTensor? Tensor(object?[] given)
    {
        if (given is not [PickleStorage storage, long offset, var sizes, var steps, ..] || Numbers(sizes) is not { } shape || Numbers(steps) is not { } strides)
        {
            return null;
        }
        string? wrong = shape.Length != strides.Length || shape.Length > MostDimensions ? "its shape and strides do not match"
            : Elements.Count(shape, storage.DType) is not { } count ? "its shape is too large"
            : offset < 0 || count > 0 && !Fits(storage.Count, offset, shape, strides) ? "it reaches beyond its storage"
            : null;
        return wrong is null ? new PickleTensor(storage, offset, shape, strides)
            : throw source.Bad($"the file is damaged: a tensor of shape {Shown.Name(StoredTensor.ShapeText(shape))} is impossible: {wrong}");
    }

    private long[]? Numbers(object? given)
    {
        IReadOnlyList<object?>? items = given switch { PickleTuple tuple => tuple.Items, PickleList list => list.Items, _ => null };
        if (items is null)
        {
            return null;
        }
        budget.Spend(items.Count);
        var numbers = new long[items.Count];
        for (int i = 0; i < numbers.Length; i++)
        {
            if (items[i] is not long number)
            {
                return null;
            }
            numbers[i] = number;
        }
        return numbers;
    }

    /// <summary>Whether the last element of the view lies in the storage; sizes are at least 1 here.</summary>
    private static bool Fits(long storage, long offset, long[] shape, long[] strides)
    {
        Int128 last = offset;
        for (int i = 0; i < shape.Length; i++)
        {
            if (strides[i] < 0)
            {
                return false;
            }
            last += (Int128)(shape[i] - 1) * strides[i];
        }
        return last < storage;
    }

    private PickleObject Persistent(PickleGlobal function, PickleDict description) =>
        description.Find("type") is "class" && description.Find("state") is PickleDict state
            ? new PickleObject(new PickleGlobal(function.Module, description.Find("class_name") as string ?? ""), null) { State = state }
            : throw Odd(function);

    private InputException Odd(PickleGlobal function) =>
        source.Bad($"the file is damaged or not a weight file: {function} is used in a way that weight files never do");
}
