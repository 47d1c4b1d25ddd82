using Limpid.Data;
using Limpid.Torch;

namespace Limpid.Diffusion;

/// <summary>Opens diffusion networks by the names users write.</summary>
public static class KnownDenoisers
{
    /// <summary>Opens <c>NET=FILE</c> (published weights), <c>NET,option:value=FILE#part</c>, or <c>FILE.safetensors</c> of our own.</summary>
    /// <param name="name">The name.</param>
    /// <param name="device">Where it computes.</param>
    /// <returns>A noise predictor in evaluation mode for images in [−1,1] and labels of the linear schedule of 1000 steps; dispose it.</returns>
    /// <exception cref="InputException">The name is not known (the message names the nearest), or the file is missing or does not fit.</exception>
    public static DenoiserNetwork Open(string name, Device device = default)
    {
        ArgumentNullException.ThrowIfNull(name);
        int equals = name.IndexOf('=', StringComparison.Ordinal);
        var opened = equals < 0 || File.Exists(name) ? OpenOwn(name) : OpenPublished(name[..equals], name[(equals + 1)..]);
        opened.Network.To(device);
        return opened;
    }

    /// <summary>Whether a name is that of published weights: <c>NET=FILE</c> with a known NET.</summary>
    public static bool Names(string name)
    {
        ArgumentNullException.ThrowIfNull(name);
        int equals = name.IndexOf('=', StringComparison.Ordinal);
        return equals > 0 && Find(name[..equals]) is not null;
    }

    private static DenoiserNetwork OpenOwn(string name)
    {
        if (File.Exists(name))
        {
            return DenoiserFile.OpenAny(name);
        }
        string[] known = [.. DenoiserFamilies.All.Select(family => family.Name)];
        throw Find(name) is not null
            ? new InputException($"diffusion network '{name}' is an architecture without weights: give a file, {name}=FILE")
            : new InputException($"there is no denoiser or file '{name}'{NearestName.Hint(name, known)}: write NET=FILE, such as guided-diffusion=FILE, or the path of a diffusion network that limpid wrote");
    }

    private static DenoiserNetwork OpenPublished(string network, string file)
    {
        if (Find(network) is not { } family)
        {
            string[] known = [.. DenoiserFamilies.All.Select(each => each.Name)];
            throw new InputException($"there is no diffusion network '{network}'{NearestName.Hint(network, known)} (known: {string.Join(", ", known)})");
        }
        int hash = File.Exists(file) ? -1 : file.LastIndexOf('#');
        string[] written = network.Split(',')[1..];
        return hash < 0 ? family.Open(file, null, written) : family.Open(file[..hash], file[(hash + 1)..], written);
    }

    private static DenoiserFamily? Find(string network) => DenoiserFamilies.All.FirstOrDefault(family => family.Name == network.Split(',')[0].Trim());
}
