using System.Buffers.Binary;
using System.Text;
using System.Text.Json;

namespace Limpid.Torch.Weights;

/// <summary>The safetensors container: an 8-byte length, a JSON header of names, types, shapes and offsets, then the raw data.</summary>
/// <remarks>As strict as the reference implementation: the data are covered once, without gaps or overlaps; the header has no duplicate.</remarks>
public static class SafetensorsFile
{
    private const string MetadataKey = "__metadata__";
    private const int LengthBytes = 8;
    private const long LongestHeader = 100_000_000; // the bound of the reference implementation

    /// <summary>Reads the header; the data of a tensor follow when they are asked for.</summary>
    /// <exception cref="InputException">The file is missing, cut short, contradicts itself or has an element type that is not supported.</exception>
    public static StoredTensors Read(string path) => Read(FileBytes.Open(path));

    /// <summary>Reads only the text about the tensors.</summary>
    /// <exception cref="InputException">The file is missing, cut short or its header is damaged.</exception>
    public static IReadOnlyDictionary<string, string> ReadMetadata(string path) => Read(path).Metadata;

    /// <summary>Writes the tensors in their order, wider elements first in the data so that every tensor is aligned; the same input gives the same bytes.</summary>
    /// <param name="path">File to write, whole or not at all.</param>
    /// <param name="tensors">What to write.</param>
    /// <param name="metadata">Text about the tensors; null for that of <paramref name="tensors"/>.</param>
    /// <exception cref="InputException">The file cannot be written.</exception>
    public static void Write(string path, StoredTensors tensors, IReadOnlyDictionary<string, string>? metadata = null)
    {
        ArgumentNullException.ThrowIfNull(tensors);
        var layout = tensors.OrderByDescending(entry => Elements.Size(entry.Value.DType)).ToArray();
        byte[] header = Header(tensors, layout, metadata ?? tensors.Metadata);
        AtomicFile.Write(path, stream =>
        {
            Span<byte> length = stackalloc byte[LengthBytes];
            BinaryPrimitives.WriteInt64LittleEndian(length, header.Length);
            stream.Write(length);
            stream.Write(header);
            foreach (var (_, tensor) in layout)
            {
                var bytes = new byte[tensor.ByteLength];
                tensor.CopyTo(bytes);
                stream.Write(bytes);
            }
        });
    }

    /// <summary>Whether the bytes begin as a safetensors file does: a plausible length, then a JSON object.</summary>
    internal static bool Recognizes(ByteSource file)
    {
        if (file.Length < LengthBytes + 1)
        {
            return false;
        }
        Span<byte> start = stackalloc byte[LengthBytes + 1];
        file.Read(0, start);
        return start[LengthBytes] == (byte)'{' && BinaryPrimitives.ReadUInt64LittleEndian(start) <= LongestHeader;
    }

    internal static StoredTensors Read(ByteSource file)
    {
        if (file.Length < LengthBytes)
        {
            throw file.Bad($"not a safetensors file: it has only {file.Length} bytes");
        }
        Span<byte> start = stackalloc byte[LengthBytes];
        file.Read(0, start);
        ulong length = BinaryPrimitives.ReadUInt64LittleEndian(start);
        if (length > LongestHeader || (long)length > file.Length - LengthBytes)
        {
            throw file.Bad($"not a safetensors file, or cut short: a header of {length} bytes is announced in a file of {file.Length}");
        }
        byte[] header = file.All.Slice(LengthBytes, (long)length).ToArray();
        ByteRange data = file.All.Slice(LengthBytes + header.Length, file.Length - LengthBytes - header.Length);
        return SafetensorsHeader.Parse(file, header, data);
    }

    private static byte[] Header(StoredTensors tensors, KeyValuePair<string, StoredTensor>[] layout, IReadOnlyDictionary<string, string> metadata)
    {
        var starts = new Dictionary<string, long>(StringComparer.Ordinal);
        long end = 0;
        foreach (var (name, tensor) in layout)
        {
            starts.Add(name, end);
            end += tensor.ByteLength;
        }
        using var buffer = new MemoryStream();
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
            if (metadata.Count > 0)
            {
                json.WriteStartObject(MetadataKey);
                foreach (var (key, value) in metadata.OrderBy(entry => entry.Key, StringComparer.Ordinal))
                {
                    json.WriteString(key, value);
                }
                json.WriteEndObject();
            }
            foreach (var (name, tensor) in tensors)
            {
                WriteEntry(json, name, tensor, starts[name]);
            }
            json.WriteEndObject();
        }
        while (buffer.Length % LengthBytes != 0)
        {
            buffer.WriteByte((byte)' ');
        }
        return buffer.ToArray();
    }

    private static void WriteEntry(Utf8JsonWriter json, string name, StoredTensor tensor, long start)
    {
        if (name == MetadataKey)
        {
            throw new InputException($"a tensor cannot be called {MetadataKey} in a safetensors file");
        }
        json.WriteStartObject(name);
        json.WriteString("dtype", Elements.SafetensorsName(tensor.DType));
        json.WriteStartArray("shape");
        foreach (long size in tensor.Shape)
        {
            json.WriteNumberValue(size);
        }
        json.WriteEndArray();
        json.WriteStartArray("data_offsets");
        json.WriteNumberValue(start);
        json.WriteNumberValue(start + tensor.ByteLength);
        json.WriteEndArray();
        json.WriteEndObject();
    }
}
