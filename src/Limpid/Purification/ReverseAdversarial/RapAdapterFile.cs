using System.Text.Json;
using Limpid.Diffusion;
using Limpid.Purification.Networks;
using Limpid.Torch;
using Limpid.Torch.Weights;

namespace Limpid.Purification.ReverseAdversarial;

/// <summary>RAP adapters as files: safetensors that say how the network is built and which attack process it reverses.</summary>
public static class RapAdapterFile
{
    private const string Name = "rap-adapter";
    private const string ProcessKey = "process";

    /// <summary>Writes weights, construction and process, whole or not at all.</summary>
    /// <param name="adapter">The network.</param>
    /// <param name="path">A <c>.safetensors</c> file.</param>
    /// <param name="about">Further text: training data, classifier; null for none.</param>
    /// <exception cref="InputException">The file cannot be written.</exception>
    public static void Save(RapAdapter adapter, string path, IReadOnlyDictionary<string, string>? about = null)
    {
        ArgumentNullException.ThrowIfNull(adapter);
        NetworkFile.Save(
            adapter, path, Name, JsonSerializer.Serialize(adapter.Options, NetworkFile.Json), about,
            ("architecture", Name), (ProcessKey, JsonSerializer.Serialize(adapter.Process, NetworkFile.Json)));
    }

    /// <summary>Reads what <see cref="Save"/> wrote, in evaluation mode on the processor.</summary>
    /// <exception cref="InputException">The file is missing or damaged, or is no adapter of ours.</exception>
    public static RapAdapter Open(string path)
    {
        var checkpoint = Checkpoint.Read(path);
        return Recognizes(checkpoint)
            ? NetworkFile.Loaded(
                new RapAdapter(NetworkFile.OptionsIn<RapAdapterOptions>(checkpoint), NetworkFile.Read<AdversarialProcessOptions>(checkpoint, ProcessKey)), checkpoint)
            : throw new InputException($"{path} is no RAP adapter that limpid wrote: it does not say 'network: {Name}'");
    }

    /// <summary>Whether a weight file is one of ours that holds an adapter.</summary>
    public static bool Recognizes(Checkpoint checkpoint)
    {
        ArgumentNullException.ThrowIfNull(checkpoint);
        return NetworkFile.NameIn(checkpoint) == Name;
    }
}
