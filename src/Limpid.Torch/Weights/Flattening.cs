using System.Globalization;
using System.Numerics;
using Limpid.Torch.Weights.Pickle;

namespace Limpid.Torch.Weights;

/// <summary>Turns the nested containers of a pickle into tensors and plain values under dotted paths.</summary>
/// <remarks>A pickle can be a graph: small files can name the same list a billion times, or inside itself. Depth, visits, names and bytes are bounded.</remarks>
internal sealed class Flattening(ByteSource file)
{
    private const int Deepest = 64;
    private const int LongestPath = 1024;
    private const int LongestValue = 64; // entries of a list of numbers that is kept as one value

    private readonly Dictionary<string, object> scalars = new(StringComparer.Ordinal);
    private long visitsLeft = 2_000_000;
    private long lettersLeft = 100_000_000;
    // Tied weights and averages make a file's tensors larger than the file, but not by much.
    private long bytesLeft = file.Length > long.MaxValue / 32 ? long.MaxValue : (16 * file.Length) + (1 << 26);

    public StoredTensors Tensors { get; } = new(file.Name);

    public IReadOnlyDictionary<string, object> Scalars => scalars;

    /// <summary>For each tensor, the path of what holds it: a dictionary, a list, or the outermost network object.</summary>
    public Dictionary<string, string> Holders { get; } = new(StringComparer.Ordinal);

    public void Visit(object? root) => Visit(root is PickleTensor ? "tensor" : "", root, 0, new Place("", IsNetwork: false));

    private void Visit(string path, object? value, int depth, Place place)
    {
        if (depth > Deepest || --visitsLeft < 0)
        {
            throw file.Bad("refused: its contents are nested far deeper or wider than those of a weight file");
        }
        switch (value)
        {
            case PickleTensor tensor:
                Add(path, tensor, place.Holder);
                break;
            case PickleDict dictionary:
                VisitEntries(path, dictionary, depth, place.Inside(path));
                break;
            case PickleList list:
                VisitItems(path, list.Items, depth, place.Inside(path));
                break;
            case PickleTuple tuple:
                VisitItems(path, tuple.Items, depth, place.Inside(path));
                break;
            case PickleObject { State: PickleTensor array }:
                Add(path, array, place.Holder);
                break;
            case PickleObject { Type.Name: "_reconstruct", State: null }:
                AddScalar(path, "an array of a type that is not read");
                break;
            case PickleObject instance:
                VisitObject(path, instance, depth, place);
                break;
            default:
                AddScalar(path, Plain(value));
                break;
        }
    }

    private void VisitEntries(string path, PickleDict dictionary, int depth, Place place)
    {
        for (int i = 0; i < dictionary.Items.Count; i++)
        {
            var (key, value) = dictionary.Items[i];
            Visit(Join(path, KeyText(key) ?? $"entry{i}"), value, depth + 1, place);
        }
    }

    private void VisitItems(string path, IReadOnlyList<object?> items, int depth, Place place)
    {
        if (items.Count is > 0 and <= LongestValue && items.All(item => Plain(item) is not null))
        {
            visitsLeft -= items.Count;
            AddScalar(path, items.Select(item => Plain(item)!).ToArray());
            return;
        }
        for (int i = 0; i < items.Count; i++)
        {
            Visit(Join(path, i.ToString(CultureInfo.InvariantCulture)), items[i], depth + 1, place);
        }
    }

    /// <summary>A network contributes what its state dictionary would: parameters, buffers, then those of its parts; and its plain attributes.</summary>
    private void VisitObject(string path, PickleObject instance, int depth, Place place)
    {
        if (instance.State is not PickleDict state)
        {
            return;
        }
        var passing = new HashSet<string>(StringComparer.Ordinal);
        foreach (var (key, value) in state.Items)
        {
            if (key is "_non_persistent_buffers_set" && value is PickleList names)
            {
                visitsLeft -= names.Items.Count;
                passing.UnionWith(names.Items.OfType<string>().Where(name => name.Length <= LongestPath));
            }
        }
        bool isNetwork = false;
        foreach (string part in (ReadOnlySpan<string>)["_parameters", "_buffers", "_modules"])
        {
            foreach (var (key, value) in state.Items)
            {
                visitsLeft--;
                if (key is string name && name == part && value is PickleDict members)
                {
                    isNetwork = true;
                    VisitMembers(path, members, part == "_buffers" ? passing : [], depth, place.InsideNetwork(path));
                }
            }
        }
        foreach (var (key, value) in state.Items)
        {
            visitsLeft--;
            if (!isNetwork || KeyText(key) is { } name && !name.StartsWith('_') && Plain(value) is not null)
            {
                Visit(Join(path, KeyText(key) ?? "entry"), value, depth + 1, place);
            }
        }
    }

    private void VisitMembers(string path, PickleDict members, HashSet<string> passing, int depth, Place place)
    {
        foreach (var (key, value) in members.Items)
        {
            if (KeyText(key) is { } name && !passing.Contains(name))
            {
                Visit(Join(path, name), value, depth + 1, place);
            }
        }
    }

    private void Add(string path, PickleTensor tensor, string holder)
    {
        var (storage, offset, shape, strides) = tensor;
        var stored = new StoredTensor(storage.DType, shape, strides, offset, storage.Data!.Value);
        bytesLeft -= stored.ByteLength;
        if (!StoredTensor.IsRowMajor(shape, strides))
        {
            long span = StoredTensor.Span(shape, strides);
            bytesLeft -= Math.Min(span, long.MaxValue / 32) * Elements.Size(storage.DType);
            if (span > Array.MaxLength / Elements.Size(storage.DType))
            {
                bytesLeft = -1;
            }
        }
        if (bytesLeft < 0)
        {
            throw file.Bad($"refused: tensor {Shown.Name(path)} of shape {StoredTensor.ShapeText(shape)} claims far more data than the file holds");
        }
        Tensors.Add(path, stored);
        Holders.Add(path, holder);
    }

    private void AddScalar(string path, object? value)
    {
        if (value is not null)
        {
            scalars[path] = value;
        }
    }

    private string Join(string path, string key)
    {
        if (key.Length + path.Length + 1 > LongestPath || (lettersLeft -= path.Length + key.Length + 1) < 0)
        {
            throw file.Bad("refused: the names of its contents are far longer than those of a weight file");
        }
        return path.Length == 0 ? key : $"{path}.{key}";
    }

    private static string? KeyText(object? key) => key switch
    {
        string text => text,
        long number => number.ToString(CultureInfo.InvariantCulture),
        bool flag => flag ? "True" : "False",
        _ => null,
    };

    private static object? Plain(object? value) => value switch
    {
        bool or long or double or string => value,
        BigInteger number => (double)number,
        PickleGlobal global => global.ToString(),
        _ => null,
    };

    /// <summary>What holds the values being visited; the parts of a network belong to the network as a whole.</summary>
    private readonly record struct Place(string Holder, bool IsNetwork)
    {
        public Place Inside(string path) => IsNetwork ? this : new(path, IsNetwork: false);

        public Place InsideNetwork(string path) => IsNetwork ? this : new(path, IsNetwork: true);
    }
}
