using System.Buffers.Binary;
using System.Numerics;
using Limpid.Torch.Weights.Pickle;

namespace Limpid.Torch.Weights;

/// <summary>The format of PyTorch before 1.6: magic number, protocol, system, object and storage keys as five pickles, then the storages.</summary>
/// <remarks>EDM's network files hold one such stream for every storage.</remarks>
internal static class LegacyStream
{
    private const long Protocol = 1001;

    private static readonly BigInteger Magic = BigInteger.Parse("119547037146038801333356", System.Globalization.CultureInfo.InvariantCulture);

    /// <summary>Whether the first value of a file announces this format.</summary>
    public static bool IsMagic(object? value) => value is BigInteger number && number == Magic;

    /// <summary>Reads what follows the magic number.</summary>
    public static object? ReadAfterMagic(PickleInput input, PickleBudget budget, Func<ByteRange, object?>? embedded)
    {
        var inert = new PickleReducer(input.Range.Source, budget, storages: null);
        object? protocol = new Unpickler(input, inert, budget).Read();
        if (protocol is not Protocol)
        {
            throw input.Bad("the file is of an unknown version of PyTorch's old format");
        }
        if (new Unpickler(input, inert, budget).Read() is not PickleDict system || system.Find("little_endian") is not true)
        {
            throw input.Bad("the file was written on a big-endian machine, which is not supported");
        }
        var storages = new Dictionary<string, PickleStorage>(StringComparer.Ordinal);
        var reducer = new PickleReducer(input.Range.Source, budget, (key, dtype, count) => Declare(input, storages, key, dtype, count)) { Embedded = embedded };
        object? value = new Unpickler(input, reducer, budget).Read();
        ReadStorages(input, storages, new Unpickler(input, inert, budget).Read());
        return value;
    }

    /// <summary>Reads a storage that another pickle holds as a byte string.</summary>
    public static object? ReadEmbedded(ByteRange bytes, PickleBudget budget)
    {
        var input = new PickleInput(bytes);
        object? magic = new Unpickler(input, new PickleReducer(bytes.Source, budget, storages: null), budget).Read();
        return IsMagic(magic) ? ReadAfterMagic(input, budget, embedded: null) : throw input.Bad("the file is damaged: an embedded storage is not one");
    }

    private static PickleStorage Declare(PickleInput input, Dictionary<string, PickleStorage> storages, string key, DType dtype, long count)
    {
        if (!storages.TryGetValue(key, out var storage))
        {
            storage = new PickleStorage(dtype, count);
            storages.Add(key, storage);
        }
        return storage.DType == dtype && storage.Count == count ? storage : throw input.Bad($"the file is damaged: storage {Shown.Name(key)} is declared twice in different ways");
    }

    private static void ReadStorages(PickleInput input, Dictionary<string, PickleStorage> storages, object? keys)
    {
        if (keys is not PickleList list)
        {
            throw input.Bad("the file is damaged: its list of storages is missing");
        }
        foreach (object? key in list.Items)
        {
            if (key is not (string { Length: <= 128 } or long) || !storages.TryGetValue($"{key}", out var storage) || storage.Data is not null)
            {
                throw input.Bad("the file is damaged: its list of storages does not match its tensors");
            }
            var length = input.ReadBytes(sizeof(long)).ToArray();
            if (BinaryPrimitives.ReadInt64LittleEndian(length) != storage.Count)
            {
                throw input.Bad($"the file is damaged: storage {Shown.Name($"{key}")} has another length than its tensors say");
            }
            // A count that no file holds must not wrap around.
            long size = Elements.Size(storage.DType);
            storage.Data = input.ReadBytes(storage.Count is < 0 or > long.MaxValue / 8 ? long.MaxValue : storage.Count * size);
        }
        foreach (var (key, storage) in storages)
        {
            if (storage.Data is null)
            {
                throw input.Bad($"the file is damaged: storage {Shown.Name(key)} is missing");
            }
        }
    }
}
