using System.Text.Json;
using Limpid.Purification.Networks;
using Limpid.Torch;
using Limpid.Torch.Layers;
using Limpid.Torch.Weights;

namespace Limpid.Purification.ReverseAdversarial;

/// <summary>RAP adapters as files: safetensors that say how the network is built and which attack process it reverses.</summary>
public static class RapAdapterFile
{
    private const string NetworkKey = "network";
    private const string ArchitectureKey = "architecture";
    private const string OptionsKey = "options";
    private const string ProcessKey = "process";
    private const string Name = "rap-adapter";

    private static readonly JsonSerializerOptions Json = new() { PropertyNamingPolicy = JsonNamingPolicy.CamelCase };

    /// <summary>Writes weights, construction and process, whole or not at all.</summary>
    /// <param name="adapter">The network.</param>
    /// <param name="path">A <c>.safetensors</c> file.</param>
    /// <param name="about">Further text: training data, classifier; null for none.</param>
    /// <exception cref="InputException">The file cannot be written.</exception>
    public static void Save(RapAdapter adapter, string path, IReadOnlyDictionary<string, string>? about = null)
    {
        ArgumentNullException.ThrowIfNull(adapter);
        adapter.Save(path, new SortedDictionary<string, string>(about?.ToDictionary() ?? [], StringComparer.Ordinal)
        {
            [NetworkKey] = Name,
            [ArchitectureKey] = Name,
            [OptionsKey] = JsonSerializer.Serialize(adapter.Options, Json),
            [ProcessKey] = JsonSerializer.Serialize(adapter.Process, Json),
        });
    }

    /// <summary>Reads what <see cref="Save"/> wrote, in evaluation mode on the processor.</summary>
    /// <exception cref="InputException">The file is missing or damaged, or is no adapter of ours.</exception>
    public static RapAdapter Open(string path)
    {
        var checkpoint = Checkpoint.Read(path);
        if (checkpoint.Scalars.GetValueOrDefault(NetworkKey) is not Name
            || checkpoint.Scalars.GetValueOrDefault(OptionsKey) is not string options
            || checkpoint.Scalars.GetValueOrDefault(ProcessKey) is not string process)
        {
            throw new InputException($"{path} is no RAP adapter that limpid wrote: it does not say '{NetworkKey}: {Name}'");
        }
        var network = new RapAdapter(Read<RapAdapterOptions>(options, path), Read<AdversarialProcessOptions>(process, path));
        try
        {
            network.Load(checkpoint);
            return network;
        }
        catch
        {
            network.Dispose();
            throw;
        }
    }

    /// <summary>Whether a weight file is one of ours that holds an adapter.</summary>
    public static bool Recognizes(Checkpoint checkpoint)
    {
        ArgumentNullException.ThrowIfNull(checkpoint);
        return checkpoint.Scalars.GetValueOrDefault(NetworkKey) is Name;
    }

    private static T Read<T>(string text, string path)
    {
        try
        {
            return JsonSerializer.Deserialize<T>(text, Json)!;
        }
        catch (JsonException e)
        {
            throw new InputException($"{path}: the description of the adapter is damaged: {e.Message.ReplaceLineEndings(" ")}", e);
        }
    }
}
