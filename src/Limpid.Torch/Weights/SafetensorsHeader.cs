using System.Text.Json;
using System.Text.Unicode;

namespace Limpid.Torch.Weights;

/// <summary>Reads and checks the JSON header of a safetensors file.</summary>
internal static class SafetensorsHeader
{
    private const int MostDimensions = 32;

    private static readonly JsonDocumentOptions Strict = new() { AllowDuplicateProperties = false, MaxDepth = 4 };

    public static StoredTensors Parse(ByteSource file, ReadOnlyMemory<byte> header, ByteRange data)
    {
        if (!Utf8.IsValid(header.Span))
        {
            throw file.Bad("the safetensors header is damaged: it is not UTF-8 text");
        }
        try
        {
            using var json = JsonDocument.Parse(header, Strict);
            return Parse(file, json.RootElement, data);
        }
        catch (JsonException e)
        {
            throw new InputException($"{file.Name}: the safetensors header is damaged: {Shown.Name(e.Message)}", e);
        }
        catch (InvalidOperationException e)
        {
            // A lone surrogate in an escaped string: valid JSON, but not text.
            throw new InputException($"{file.Name}: the safetensors header is damaged: {Shown.Name(e.Message)}", e);
        }
    }

    private static StoredTensors Parse(ByteSource file, JsonElement root, ByteRange data)
    {
        if (root.ValueKind != JsonValueKind.Object)
        {
            throw file.Bad("the safetensors header is not a JSON object");
        }
        var tensors = new StoredTensors(file.Name);
        var covered = new List<(long Start, long End, string Name)>();
        foreach (var property in root.EnumerateObject())
        {
            if (property.NameEquals("__metadata__"))
            {
                ReadMetadata(file, property.Value, tensors);
            }
            else
            {
                var (tensor, start, end) = ReadTensor(file, property.Name, property.Value, data);
                tensors.Add(property.Name, tensor);
                covered.Add((start, end, property.Name));
            }
        }
        CheckCover(file, covered, data.Length);
        return tensors;
    }

    private static void ReadMetadata(ByteSource file, JsonElement metadata, StoredTensors tensors)
    {
        if (metadata.ValueKind != JsonValueKind.Object)
        {
            throw file.Bad("__metadata__ in the safetensors header is not a JSON object");
        }
        foreach (var property in metadata.EnumerateObject())
        {
            tensors.Metadata[property.Name] = property.Value.ValueKind == JsonValueKind.String
                ? property.Value.GetString()!
                : throw file.Bad($"__metadata__ entry {Shown.Name(property.Name)} in the safetensors header is not text");
        }
    }

    private static (StoredTensor Tensor, long Start, long End) ReadTensor(ByteSource file, string name, JsonElement entry, ByteRange data)
    {
        InputException Bad(string what) => file.Bad($"tensor {Shown.Name(name)}: {what}");
        if (entry.ValueKind != JsonValueKind.Object || !entry.TryGetProperty("dtype", out var type) || type.ValueKind != JsonValueKind.String
            || !entry.TryGetProperty("shape", out var sizes) || !entry.TryGetProperty("data_offsets", out var offsets) || entry.EnumerateObject().Count() != 3)
        {
            throw Bad("its header entry does not consist of dtype, shape and data_offsets");
        }
        DType dtype = Elements.FromSafetensors(type.GetString()!) ?? throw Bad($"its element type {Shown.Name(type.GetString()!)} is not supported");
        long[] shape = Numbers(sizes) ?? throw Bad("its shape is not a list of whole numbers");
        if (shape.Length > MostDimensions || Elements.Count(shape, dtype) is not { } count)
        {
            throw Bad("its shape is too large");
        }
        if (Numbers(offsets) is not [var start, var end] || start > end)
        {
            throw Bad("its data_offsets are not a start and an end");
        }
        if (end > data.Length)
        {
            throw Bad($"its data end at byte {end} but only {data.Length} bytes follow the header: the file is cut short or damaged");
        }
        if (end - start != count * Elements.Size(dtype))
        {
            throw Bad($"{end - start} bytes do not hold a {dtype} tensor of shape {StoredTensor.ShapeText(shape)}");
        }
        return (new StoredTensor(dtype, shape, StoredTensor.RowMajor(shape), 0, data.Slice(start, end - start)), start, end);
    }

    /// <summary>A list of whole numbers, none negative; null for anything else.</summary>
    private static long[]? Numbers(JsonElement list)
    {
        if (list.ValueKind != JsonValueKind.Array)
        {
            return null;
        }
        var numbers = new long[list.GetArrayLength()];
        int i = 0;
        foreach (var item in list.EnumerateArray())
        {
            if (item.ValueKind != JsonValueKind.Number || !item.TryGetInt64(out numbers[i]) || numbers[i] < 0)
            {
                return null;
            }
            i++;
        }
        return numbers;
    }

    private static void CheckCover(ByteSource file, List<(long Start, long End, string Name)> covered, long length)
    {
        covered.Sort();
        long reached = 0;
        foreach (var (start, end, name) in covered)
        {
            if (start != reached)
            {
                throw file.Bad($"tensor {Shown.Name(name)}: its data {(start < reached ? "overlap those of another tensor" : $"leave a gap from byte {reached} to {start}")}");
            }
            reached = end;
        }
        if (reached != length)
        {
            throw file.Bad($"{length - reached} bytes at the end belong to no tensor: the file is damaged");
        }
    }
}
