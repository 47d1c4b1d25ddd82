using System.Text.Json;
using System.Text.Json.Nodes;
using Limpid.Diffusion.Networks;
using Limpid.Torch;
using Limpid.Torch.Layers;
using Limpid.Torch.Weights;

namespace Limpid.Diffusion;

/// <summary>Diffusion networks as files of our own: safetensors that say how the network is built.</summary>
public static class DenoiserFile
{
    private const string NetworkKey = "network";
    private const string OptionsKey = "options";

    /// <summary>Writes weights and construction, whole or not at all.</summary>
    /// <param name="network">The network.</param>
    /// <param name="path">A <c>.safetensors</c> file.</param>
    /// <param name="about">Further text: training data, loss, license; null for none.</param>
    /// <exception cref="InputException">The file cannot be written.</exception>
    public static void Save(GuidedUNet network, string path, IReadOnlyDictionary<string, string>? about = null)
    {
        ArgumentNullException.ThrowIfNull(network);
        Save(DenoiserKinds.Guided.Wrap(network, network.Options), path, about);
    }

    /// <summary>Writes weights and construction of any network, whole or not at all.</summary>
    /// <param name="network">The network.</param>
    /// <param name="path">A <c>.safetensors</c> file.</param>
    /// <param name="about">Further text: training data, loss, license; null for none.</param>
    /// <exception cref="InputException">The file cannot be written.</exception>
    public static void Save(DenoiserNetwork network, string path, IReadOnlyDictionary<string, string>? about = null)
    {
        ArgumentNullException.ThrowIfNull(network);
        var metadata = new SortedDictionary<string, string>(about?.ToDictionary() ?? [], StringComparer.Ordinal)
        {
            [NetworkKey] = network.Kind,
            [OptionsKey] = network.Options,
        };
        network.Network.Save(path, metadata);
    }

    /// <summary>Reads a network that <see cref="Save(DenoiserNetwork, string, IReadOnlyDictionary{string, string})"/> wrote, in evaluation mode on the processor.</summary>
    /// <exception cref="InputException">The file is missing or damaged, or is no diffusion network of ours.</exception>
    public static DenoiserNetwork OpenAny(string path)
    {
        var checkpoint = Checkpoint.Read(path);
        if (KindIn(checkpoint) is not { } kind || checkpoint.Scalars.GetValueOrDefault(OptionsKey) is not string options)
        {
            throw new InputException($"{path} is no diffusion network that limpid wrote: name its architecture, as in guided-diffusion={path} (`limpid models list` has them all)");
        }
        return kind.Open(Parsed(options, path), checkpoint, part: null);
    }

    /// <summary>Reads a U-Net of guided diffusion, the class that `limpid train` trains, in evaluation mode on the processor.</summary>
    /// <exception cref="InputException">The file is missing or damaged, or holds another network.</exception>
    public static GuidedUNet Open(string path)
    {
        var opened = OpenAny(path);
        if (opened.Network is GuidedUNet network)
        {
            return network;
        }
        opened.Dispose();
        throw new InputException($"{path} holds a network of kind {opened.Kind}, not {DenoiserKinds.Guided.Name}");
    }

    /// <summary>Whether a weight file is one of ours that holds a diffusion network.</summary>
    public static bool Recognizes(Checkpoint checkpoint)
    {
        ArgumentNullException.ThrowIfNull(checkpoint);
        return KindIn(checkpoint) is not null;
    }

    private static DenoiserKind? KindIn(Checkpoint checkpoint) =>
        checkpoint.Scalars.GetValueOrDefault(NetworkKey) is string name ? DenoiserKinds.All.FirstOrDefault(kind => kind.Name == name) : null;

    private static JsonObject Parsed(string options, string path)
    {
        try
        {
            return JsonNode.Parse(options) as JsonObject ?? throw new JsonException("it is no object");
        }
        catch (JsonException e)
        {
            throw new InputException($"{path}: the description of the network is damaged: {e.Message.ReplaceLineEndings(" ")}", e);
        }
    }
}
