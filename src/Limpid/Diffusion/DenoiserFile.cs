using System.Text.Json.Nodes;
using Limpid.Diffusion.Networks;
using Limpid.Torch;
using Limpid.Torch.Weights;

namespace Limpid.Diffusion;

/// <summary>Diffusion networks as files of our own: safetensors that say how the network is built.</summary>
public static class DenoiserFile
{
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
        NetworkFile.Save(network.Network, path, network.Kind, network.Options, about);
    }

    /// <summary>Reads a network that <see cref="Save(DenoiserNetwork, string, IReadOnlyDictionary{string, string})"/> wrote, in evaluation mode on the processor.</summary>
    /// <exception cref="InputException">The file is missing or damaged, or is no diffusion network of ours.</exception>
    public static DenoiserNetwork OpenAny(string path)
    {
        var checkpoint = Checkpoint.Read(path);
        return KindIn(checkpoint) is { } kind
            ? kind.Open(NetworkFile.OptionsIn<JsonObject>(checkpoint), checkpoint, part: null)
            : throw new InputException($"{path} is no diffusion network that limpid wrote: name its architecture, as in guided-diffusion={path} (`limpid models list` has them all)");
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
        NetworkFile.NameIn(checkpoint) is { } name ? DenoiserKinds.All.FirstOrDefault(kind => kind.Name == name) : null;
}
