using System.Text.Json;
using Limpid.Diffusion.Networks;
using Limpid.Torch;
using Limpid.Torch.Layers;
using Limpid.Torch.Weights;

namespace Limpid.Diffusion;

/// <summary>Diffusion networks as files of our own: safetensors that say how the U-Net is built.</summary>
public static class DenoiserFile
{
    private const string NetworkKey = "network";
    private const string OptionsKey = "options";
    private const string UNet = "guided-unet";

    private static readonly JsonSerializerOptions Json = new() { PropertyNamingPolicy = JsonNamingPolicy.CamelCase };

    /// <summary>Writes weights and construction, whole or not at all.</summary>
    /// <param name="network">The network.</param>
    /// <param name="path">A <c>.safetensors</c> file.</param>
    /// <param name="about">Further text: training data, loss, license; null for none.</param>
    /// <exception cref="InputException">The file cannot be written.</exception>
    public static void Save(GuidedUNet network, string path, IReadOnlyDictionary<string, string>? about = null)
    {
        ArgumentNullException.ThrowIfNull(network);
        var metadata = new SortedDictionary<string, string>(about?.ToDictionary() ?? [], StringComparer.Ordinal)
        {
            [NetworkKey] = UNet,
            [OptionsKey] = JsonSerializer.Serialize(network.Options, Json),
        };
        network.Save(path, metadata);
    }

    /// <summary>Reads a network that <see cref="Save"/> wrote, in evaluation mode on the processor.</summary>
    /// <exception cref="InputException">The file is missing or damaged, or is no diffusion network of ours.</exception>
    public static GuidedUNet Open(string path)
    {
        var checkpoint = Checkpoint.Read(path);
        if (checkpoint.Scalars.GetValueOrDefault(NetworkKey) is not UNet || checkpoint.Scalars.GetValueOrDefault(OptionsKey) is not string options)
        {
            throw new InputException($"{path} is no diffusion network that limpid wrote: it does not say '{NetworkKey}: {UNet}'");
        }
        var network = new GuidedUNet(Options(options, path));
        try
        {
            network.Load(checkpoint);
            network.Train(training: false);
            return network;
        }
        catch
        {
            network.Dispose();
            throw;
        }
    }

    private static GuidedUNetOptions Options(string text, string path)
    {
        try
        {
            return JsonSerializer.Deserialize<GuidedUNetOptions>(text, Json)!;
        }
        catch (JsonException e)
        {
            throw new InputException($"{path}: the description of the network is damaged: {e.Message.ReplaceLineEndings(" ")}", e);
        }
    }
}
