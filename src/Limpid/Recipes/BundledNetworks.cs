using Limpid.Classifiers;
using Limpid.Diffusion;
using Limpid.Torch;

namespace Limpid.Recipes;

/// <summary>Opens networks by bundled name, or by what their own floor understands.</summary>
public static class BundledNetworks
{
    /// <summary>A classifier on the device, in evaluation mode.</summary>
    /// <param name="name">A bundled name, <c>NET=FILE</c>, or a file.</param>
    /// <param name="device">Where it computes.</param>
    /// <exception cref="InputException">There is no such network.</exception>
    public static IClassifier OpenClassifier(string name, Device device)
    {
        var classifier = KnownClassifiers.Open(BundledFiles.Network(name) ?? name);
        (classifier as NetworkClassifier)?.To(device);
        return classifier;
    }

    /// <summary>A diffusion network on the device, in evaluation mode.</summary>
    /// <param name="name">A bundled name, <c>NET=FILE</c>, or a file.</param>
    /// <param name="device">Where it computes.</param>
    /// <exception cref="InputException">There is no such network.</exception>
    public static DenoiserNetwork OpenDenoiser(string name, Device device) => KnownDenoisers.Open(BundledFiles.Network(name) ?? name, device);
}
