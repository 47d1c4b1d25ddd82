using Limpid.Diffusion.Networks;
using Limpid.Torch;
using Limpid.Torch.Noise;
using Limpid.Torch.Weights;

namespace Limpid.Benchmarks;

/// <summary>What single convolutions and the U-Net make of normal noise and of a ramp with each choice of kernels, as a file for <c>exactness.py</c>.</summary>
internal static class KernelOutputs
{
    public static object Write(Options options)
    {
        var stored = new StoredTensors();
        using var scope = TensorScope.Begin();
        var (x, filters) = (new List<Tensor>(), new List<Tensor>());
        foreach (int channels in new[] { 64, 128, 256 })
        {
            x.Add(Normal(channels, 4, channels, 2048 / channels, 2048 / channels));
            filters.Add(Normal(channels + 1, channels, channels, 3, 3) * Math.Pow(9 * channels, -0.5));
            Add($"{channels} input", x[^1]);
            Add($"{channels} filters", filters[^1]);
        }
        using var network = NetworkTiming.Load(options);
        var images = new Dictionary<string, Tensor> { ["noise"] = Normal(1, options.Batch, 3, 32, 32), ["ramp"] = NetworkTiming.Images(options.Batch) };
        foreach (var (name, batch) in images)
        {
            Add(name, batch);
        }
        double[] t = [.. Enumerable.Repeat(50.0, options.Batch)];
        foreach (var kernels in Enum.GetValues<Kernels>())
        {
            Engine.Kernels = kernels;
            for (int k = 0; k < x.Count; k++)
            {
                Add($"{x[k].Size(1)} {kernels.Name()}", Functional.Conv2d(x[k], filters[k], padding: 1));
            }
            foreach (var (name, batch) in images)
            {
                Add($"{name} {kernels.Name()} forward", NetworkTiming.Forward(network, batch, t));
                Add($"{name} {kernels.Name()} gradient", NetworkTiming.InputGradient(network, batch, t));
            }
        }
        SafetensorsFile.Write(options.Out, stored);
        return new { written = options.Out };

        void Add(string name, Tensor values) => stored.Add(name, StoredTensor.FromFloats(values.ToFloats(), values.Shape.ToArray()));
    }

    private static Tensor Normal(int key, params ReadOnlySpan<long> shape) =>
        new KeyedNoise(20641, [new SampleKey(key)]).Normal(NoisePurpose.Forward, 0, shape).Select(0, 0);
}
