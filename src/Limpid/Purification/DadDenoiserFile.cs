using System.Text.Json;
using Limpid.Diffusion;
using Limpid.Purification.Networks;
using Limpid.Torch;
using Limpid.Torch.Weights;

namespace Limpid.Purification;

/// <summary>DAD's denoisers as files: safetensors of our own that say how they are built, and the authors' checkpoints.</summary>
public static class DadDenoiserFile
{
    private const string Name = "dad-denoiser";

    /// <summary>Writes weights, construction and the noise they were trained with, whole or not at all.</summary>
    /// <param name="network">The network.</param>
    /// <param name="path">A <c>.safetensors</c> file.</param>
    /// <param name="about">Further text: training data, license; null for none.</param>
    /// <exception cref="InputException">The file cannot be written.</exception>
    public static void Save(DadDenoiser network, string path, IReadOnlyDictionary<string, string>? about = null)
    {
        ArgumentNullException.ThrowIfNull(network);
        NetworkFile.Save(network, path, Name, JsonSerializer.Serialize(network.Options, NetworkFile.Json), about);
    }

    /// <summary>Reads what <see cref="Save"/> wrote, in evaluation mode on the processor.</summary>
    /// <exception cref="InputException">The file is missing or damaged, or is no denoiser of ours.</exception>
    public static DadDenoiser Open(string path)
    {
        var checkpoint = Checkpoint.Read(path);
        return NetworkFile.NameIn(checkpoint) == Name
            ? Load(NetworkFile.OptionsIn<DadDenoiserOptions>(checkpoint), checkpoint)
            : throw new InputException($"{path} is no denoiser that limpid wrote: it does not say 'network: {Name}'");
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
        return NetworkFile.Loaded(network, checkpoint, ignored: network.IsUnused);
    }
}
