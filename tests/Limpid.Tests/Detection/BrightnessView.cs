using Limpid.Detection;
using Limpid.Torch;
using Limpid.Torch.Noise;

namespace Limpid.Tests.Detection;

/// <summary>A representation without a network: the mean of each channel beside the image.</summary>
internal sealed class BrightnessView(string fingerprint = "brightness") : IRepresentation
{
    public string Fingerprint => fingerprint;

    public Represented Represent(Tensor images, INoise noise, CancellationToken cancellation = default) => new(images.Mean([2, 3]), images);
}

/// <summary>Small gray-ish images, clean or shifted.</summary>
internal static class Pictures
{
    public static KeyedNoise Noise(int seed, int count) => new((ulong)seed, [.. Enumerable.Range(0, count).Select(i => new SampleKey(i))]);

    /// <summary>[count,3,4,4] around 0.4, moved by <paramref name="shift"/>, in [0,1].</summary>
    public static Tensor Of(int seed, int count, double shift = 0)
    {
        using var scope = TensorScope.Begin();
        return scope.Return((Noise(seed, count).Normal(NoisePurpose.Forward, 0, [3, 4, 4]) * 0.1 + (0.4 + shift)).Clamp(0, 1));
    }

    public static CleanReference Reference(int count = 60, string fingerprint = "brightness") =>
        CleanReference.Of(new BrightnessView(fingerprint), new DeepKernel(0.1, 0.01, 2), Of(1, count), Noise(1, count));
}
