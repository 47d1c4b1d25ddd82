using System.Text.Json;
using Limpid.Purification.Networks;
using Limpid.Torch;
using Limpid.Torch.Layers;
using Limpid.Torch.Weights;

namespace Limpid.Purification;

/// <summary>DAD's denoisers as files: safetensors of our own that say how they are built, and the authors' checkpoints.</summary>
public static class DadDenoiserFile
{
    private const string NetworkKey = "network";
    private const string OptionsKey = "options";
    private const string Name = "dad-denoiser";

    private static readonly JsonSerializerOptions Json = new() { PropertyNamingPolicy = JsonNamingPolicy.CamelCase };

    /// <summary>Writes weights, construction and the noise they were trained with, whole or not at all.</summary>
    /// <param name="network">The network.</param>
    /// <param name="path">A <c>.safetensors</c> file.</param>
    /// <param name="about">Further text: training data, license; null for none.</param>
    /// <exception cref="InputException">The file cannot be written.</exception>
    public static void Save(DadDenoiser network, string path, IReadOnlyDictionary<string, string>? about = null)
    {
        ArgumentNullException.ThrowIfNull(network);
        network.Save(path, new SortedDictionary<string, string>(about?.ToDictionary() ?? [], StringComparer.Ordinal)
        {
            [NetworkKey] = Name,
            [OptionsKey] = JsonSerializer.Serialize(network.Options, Json),
        });
    }

    /// <summary>Reads what <see cref="Save"/> wrote, in evaluation mode on the processor.</summary>
    /// <exception cref="InputException">The file is missing or damaged, or is no denoiser of ours.</exception>
    public static DadDenoiser Open(string path)
    {
        var checkpoint = Checkpoint.Read(path);
        if (checkpoint.Scalars.GetValueOrDefault(NetworkKey) is not Name || checkpoint.Scalars.GetValueOrDefault(OptionsKey) is not string options)
        {
            throw new InputException($"{path} is no denoiser that limpid wrote: it does not say '{NetworkKey}: {Name}'");
        }
        return Load(OptionsIn(options, path), checkpoint);
    }

    /// <summary>Reads a checkpoint of the authors' program: their noise is rectified, their unused layers are left out.</summary>
    /// <param name="path">The weight file.</param>
    /// <param name="options">How the network is built; the published one unless given.</param>
    /// <exception cref="InputException">The file is missing or damaged, or its weights do not fit.</exception>
    public static DadDenoiser OpenPublished(string path, DadDenoiserOptions? options = null) =>
        Load((options ?? new DadDenoiserOptions()) with { Noise = DenoiserNoise.Rectified }, Checkpoint.Read(path));

    private static DadDenoiser Load(DadDenoiserOptions options, Checkpoint checkpoint)
    {
        var network = new DadDenoiser(options);
        try
        {
            network.Load(checkpoint, ignored: network.IsUnused);
            return network;
        }
        catch
        {
            network.Dispose();
            throw;
        }
    }

    private static DadDenoiserOptions OptionsIn(string text, string path)
    {
        try
        {
            return JsonSerializer.Deserialize<DadDenoiserOptions>(text, Json)!;
        }
        catch (JsonException e)
        {
            throw new InputException($"{path}: the description of the denoiser is damaged: {e.Message.ReplaceLineEndings(" ")}", e);
        }
    }
}
