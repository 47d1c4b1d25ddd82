using System.Text;
using Limpid.Torch.Weights.Pickle;

namespace Limpid.Torch.Weights;

/// <summary>The zip format of PyTorch since 1.6: <c>data.pkl</c> and one entry per storage, in one folder.</summary>
internal sealed class ZipCheckpoint
{
    private const string PickleEntry = "/data.pkl";

    private readonly ByteSource file;
    private readonly ZipDirectory zip;
    private readonly string folder;
    private readonly Dictionary<string, PickleStorage> storages = new(StringComparer.Ordinal);

    public ZipCheckpoint(ByteSource file)
    {
        this.file = file;
        zip = ZipDirectory.Read(file);
        string[] pickles = [.. zip.Names.Where(name => name.EndsWith(PickleEntry, StringComparison.Ordinal) && name.IndexOf('/') == name.Length - PickleEntry.Length)];
        folder = pickles.Length == 1
            ? pickles[0][..^PickleEntry.Length]
            : throw file.Bad($"a zip archive, but not one of PyTorch: {(pickles.Length == 0 ? "data.pkl is missing" : "it has several data.pkl")}");
    }

    /// <summary>Whether the archive is a TorchScript module: it has code and constants beside the pickle.</summary>
    public bool IsTorchScript => zip.Contains($"{folder}/constants.pkl") || zip.Names.Any(name => name.StartsWith($"{folder}/code/", StringComparison.Ordinal));

    public object? Read()
    {
        if (zip.Find($"{folder}/byteorder") is { Length: < 16 } order && Encoding.ASCII.GetString(order.ToArray()) is "big")
        {
            throw file.Bad("the file was written on a big-endian machine, which is not supported");
        }
        var budget = new PickleBudget(file.Name);
        var reducer = new PickleReducer(file, budget, Storage) { Embedded = bytes => LegacyStream.ReadEmbedded(bytes, budget) };
        return new Unpickler(new PickleInput(zip.Find(folder + PickleEntry)!.Value), reducer, budget).Read();
    }

    private PickleStorage Storage(string key, DType dtype, long count)
    {
        if (!storages.TryGetValue(key, out var storage))
        {
            ByteRange data = zip.Find($"{folder}/data/{key}") ?? throw file.Bad($"the file is damaged: storage {Shown.Name(key)} is missing");
            if (data.Length / Elements.Size(dtype) != count || data.Length % Elements.Size(dtype) != 0)
            {
                throw file.Bad($"the file is damaged: storage {Shown.Name(key)} has another length than its tensors say");
            }
            storage = new PickleStorage(dtype, count) { Data = data };
            storages.Add(key, storage);
        }
        return storage.DType == dtype && storage.Count == count ? storage : throw file.Bad($"the file is damaged: storage {Shown.Name(key)} is declared twice in different ways");
    }
}
