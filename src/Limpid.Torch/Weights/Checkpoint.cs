using System.Text;
using Limpid.Torch.Weights.Pickle;

namespace Limpid.Torch.Weights;

/// <summary>The containers in which weights are published.</summary>
public enum CheckpointFormat
{
    /// <summary>safetensors.</summary>
    Safetensors,

    /// <summary>PyTorch since 1.6: a zip archive with a pickle.</summary>
    Zip,

    /// <summary>PyTorch before 1.6: five pickles and raw storages.</summary>
    Legacy,

    /// <summary>A plain pickle, such as EDM's network files.</summary>
    Pickle,

    /// <summary>A TorchScript module: a program with weights; not read here.</summary>
    TorchScript,
}

/// <summary>The content of a weight file of any supported format, told apart by content: tensors and plain values under dotted paths.</summary>
/// <remarks>Nothing in the file is ever executed: a pickle is read as data, and one that asks for anything but tensors, containers and numbers is refused.
/// Elements of lists are named by position. Tensors are loaded when their data are first asked for.</remarks>
public sealed class Checkpoint
{
    private Checkpoint(string path, CheckpointFormat format, StoredTensors tensors, IReadOnlyDictionary<string, object> scalars, IReadOnlyDictionary<string, string> holders)
    {
        Holders = holders;
        Path = path;
        Format = format;
        Tensors = tensors;
        Scalars = scalars;
    }

    /// <summary>The file.</summary>
    public string Path { get; }

    /// <summary>Its container.</summary>
    public CheckpointFormat Format { get; }

    /// <summary>Every tensor under its dotted path, in the order of the file, views resolved to row-major.</summary>
    public StoredTensors Tensors { get; }

    /// <summary>Everything else: <see cref="bool"/>, <see cref="long"/>, <see cref="double"/>, <see cref="string"/>, or a list of these.</summary>
    public IReadOnlyDictionary<string, object> Scalars { get; }

    /// <summary>For each tensor the path of the dictionary, list or network that holds it; none for a flat file.</summary>
    internal IReadOnlyDictionary<string, string> Holders { get; }

    /// <summary>Reads a weight file.</summary>
    /// <exception cref="InputException">The file is missing, damaged, of another kind, or asks to run something; the message names what.</exception>
    public static Checkpoint Read(string path)
    {
        var file = FileBytes.Open(path);
        return Read(path, file);
    }

    /// <summary>The container of a file, without reading its weights.</summary>
    /// <exception cref="InputException">The file is missing or of none of the supported kinds.</exception>
    public static CheckpointFormat FormatOf(string path)
    {
        var file = FileBytes.Open(path);
        return Kind(file) switch
        {
            CheckpointFormat.Zip => new ZipCheckpoint(file).IsTorchScript ? CheckpointFormat.TorchScript : CheckpointFormat.Zip,
            CheckpointFormat.Pickle => LegacyStream.IsMagic(FirstValue(new PickleInput(file.All), file, new PickleBudget(file.Name))) ? CheckpointFormat.Legacy : CheckpointFormat.Pickle,
            var other => other,
        };
    }

    /// <summary>The weights of one network out of the file, under the network's own names.</summary>
    /// <param name="expected">The weights the network has, in the order in which it registers them.</param>
    /// <param name="part">Dotted path of the state dictionary in the file; null to find it by the expected names.</param>
    /// <returns>The tensors of the state dictionary without wrappers' prefixes such as <c>module.</c>; also those that the network does not know.</returns>
    /// <remarks>Found are <c>state_dict</c>, <c>model_state_dict</c>, <c>model</c>, <c>ema</c>, <c>net</c>, <c>params</c> and any other place by its names, and the first
    /// of several in a list. Averaged weights kept as a list (<c>ema.shadow_params</c> of score_sde) come before the raw ones beside them.</remarks>
    /// <exception cref="InputException">There is no such part, or several sets of weights fit equally well.</exception>
    public StoredTensors StateDict(IReadOnlyList<ExpectedWeight> expected, string? part = null) => WeightSelection.Select(this, expected, part);

    /// <summary>The weights of one network: found, complete, of the right shapes, finite, in the order of <paramref name="expected"/>.</summary>
    /// <param name="expected">The weights the network has, in the order in which it registers them.</param>
    /// <param name="part">Dotted path of the state dictionary in the file; null to find it by the expected names.</param>
    /// <param name="ignored">Says of a name that the network does not know whether it may be left out; null for none.</param>
    /// <exception cref="InputException">One message that lists everything that is missing, unexpected or of another shape; or a weight is not finite.</exception>
    public StoredTensors WeightsFor(IReadOnlyList<ExpectedWeight> expected, string? part = null, Func<string, bool>? ignored = null) =>
        new WeightMatch(expected, StateDict(expected, part), ignored).Require();

    internal static Checkpoint Read(string path, ByteSource file)
    {
        switch (Kind(file))
        {
            case CheckpointFormat.Safetensors:
                var stored = SafetensorsFile.Read(file);
                return new Checkpoint(path, CheckpointFormat.Safetensors, stored, stored.Metadata.ToDictionary(entry => entry.Key, entry => (object)entry.Value, StringComparer.Ordinal), new Dictionary<string, string>(StringComparer.Ordinal));
            case CheckpointFormat.Zip:
                var zip = new ZipCheckpoint(file);
                if (zip.IsTorchScript)
                {
                    throw file.Bad("this is a TorchScript module, not a weight file; use torchscript=FILE");
                }
                return Flatten(path, CheckpointFormat.Zip, file, zip.Read());
            default:
                return ReadPickle(path, file);
        }
    }

    private static Checkpoint ReadPickle(string path, ByteSource file)
    {
        var budget = new PickleBudget(file.Name);
        object? Embedded(ByteRange bytes) => LegacyStream.ReadEmbedded(bytes, budget);
        var input = new PickleInput(file.All);
        var reducer = new PickleReducer(file, budget, storages: null) { Embedded = Embedded };
        object? value = new Unpickler(input, reducer, budget).Read();
        return LegacyStream.IsMagic(value)
            ? Flatten(path, CheckpointFormat.Legacy, file, LegacyStream.ReadAfterMagic(input, budget, Embedded))
            : Flatten(path, CheckpointFormat.Pickle, file, value);
    }

    private static Checkpoint Flatten(string path, CheckpointFormat format, ByteSource file, object? value)
    {
        var flat = new Flattening(file);
        flat.Visit(value);
        return new Checkpoint(path, format, flat.Tensors, flat.Scalars, flat.Holders);
    }

    /// <summary>The first value decides between the legacy format and a plain pickle; only a short number is tried.</summary>
    private static object? FirstValue(PickleInput input, ByteSource file, PickleBudget budget)
    {
        if (input.ReadByte() != 0x80 || input.ReadByte() < 2 || input.ReadByte() != 0x8a)
        {
            return null;
        }
        return new Unpickler(new PickleInput(file.All), new PickleReducer(file, budget, storages: null), budget).Read();
    }

    private static CheckpointFormat Kind(ByteSource file)
    {
        var start = new byte[(int)Math.Min(file.Length, 64)];
        file.Read(0, start);
        if (start.AsSpan().StartsWith("PK\u0003\u0004"u8) || start.AsSpan().StartsWith("PK\u0005\u0006"u8))
        {
            return CheckpointFormat.Zip;
        }
        if (SafetensorsFile.Recognizes(file))
        {
            return CheckpointFormat.Safetensors;
        }
        if (start.Length > 2 && start[0] == 0x80)
        {
            return CheckpointFormat.Pickle;
        }
        string text = Encoding.Latin1.GetString(start).TrimStart();
        throw file.Bad(start.Length == 0 ? "the file is empty"
            : text.StartsWith('<') ? "this is a web page, not a weight file: the download went wrong"
            : text.StartsWith("version https://git-lfs", StringComparison.Ordinal) ? "this is a Git LFS pointer, not the weight file itself: fetch it with git lfs pull"
            : "not a weight file: neither safetensors nor PyTorch (zip, legacy or pickle)");
    }
}
