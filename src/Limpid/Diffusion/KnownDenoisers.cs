using Limpid.Torch;

namespace Limpid.Diffusion;

/// <summary>Opens diffusion networks by the names users write.</summary>
public static class KnownDenoisers
{
    /// <summary>Opens <c>FILE.safetensors</c> that limpid wrote.</summary>
    /// <returns>A noise predictor in evaluation mode; dispose it.</returns>
    /// <exception cref="InputException">There is no such file, or it is no diffusion network.</exception>
    public static UNetNoisePredictor Open(string name, Device device = default)
    {
        ArgumentNullException.ThrowIfNull(name);
        if (!File.Exists(name))
        {
            throw new InputException($"there is no denoiser or file '{name}': write the path of a diffusion network that limpid wrote");
        }
        var network = DenoiserFile.Open(name);
        network.To(device);
        return new UNetNoisePredictor(network);
    }
}
