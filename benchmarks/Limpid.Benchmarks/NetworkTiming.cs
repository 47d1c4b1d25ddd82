using System.Diagnostics;
using Limpid.Diffusion.Networks;
using Limpid.Torch;
using Limpid.Torch.Weights;

namespace Limpid.Benchmarks;

/// <summary>Seconds of one pass of the U-Net of the measurements, forward or with the gradient of the image.</summary>
internal static class NetworkTiming
{
    public static object WriteWeights(Options options)
    {
        using var network = Build(options.Width);
        network.Initialize(seed: 20641);
        var stored = new StoredTensors();
        foreach (var (name, parameter) in network.NamedParameters())
        {
            // The layers that start at zero get small values, so that all of the network takes part.
            float[] values = parameter.Value.ToFloats();
            if (values.All(v => v == 0))
            {
                values = [.. values.Select((_, i) => 0.05f * MathF.Sin(i))];
            }
            stored.Add(name, StoredTensor.FromFloats(values, parameter.Value.Shape.ToArray()));
        }
        SafetensorsFile.Write(options.Weights, stored);
        return new { written = options.Weights };
    }

    public static object Measure(Options options)
    {
        using var network = Load(options);
        using var scope = TensorScope.Begin();
        var x = Images(options.Batch);
        double[] t = [.. Enumerable.Repeat(50.0, options.Batch)];
        Func<Tensor> work = options.Work == "forward" ? () => Forward(network, x, t) : () => InputGradient(network, x, t);
        double check;
        using (TensorScope.Begin())
        {
            check = work().Abs().Mean().Item();
        }
        double[] times = [.. Enumerable.Range(0, options.Repetitions).Select(_ => Time(work)).Order()];
        return new { seconds = times[times.Length / 2], check };
    }

    public static object CompareKernels(Options options)
    {
        using var network = Load(options);
        using var scope = TensorScope.Begin();
        var x = Images(options.Batch);
        double[] t = [.. Enumerable.Repeat(50.0, options.Batch)];
        return new
        {
            options.Width,
            options.Batch,
            forward = KernelRatio.Measure(options, () => Forward(network, x, t)),
            gradient = KernelRatio.Measure(options, () => InputGradient(network, x, t)),
        };
    }

    public static GuidedUNet Load(Options options)
    {
        var network = Build(options.Width);
        var stored = SafetensorsFile.Read(options.Weights);
        using var scope = TensorScope.Begin();
        foreach (var (name, parameter) in network.NamedParameters())
        {
            parameter.Assign(Tensor.From(stored[name].ToFloats(), stored[name].Shape));
        }
        return network;
    }

    public static Tensor Images(int batch) =>
        Tensor.From([.. Enumerable.Range(0, batch * 3072).Select(i => -1f + (2f * i / ((batch * 3072) - 1)))], batch, 3, 32, 32);

    private static GuidedUNet Build(int width) => new(new GuidedUNetOptions { ModelChannels = width });

    public static Tensor Forward(GuidedUNet network, Tensor x, double[] t)
    {
        using var noGrad = GradMode.Off();
        return network.Forward(x, t);
    }

    public static Tensor InputGradient(GuidedUNet network, Tensor x, double[] t)
    {
        using var scope = TensorScope.Begin();
        var leaf = x.AsVariable();
        var output = network.Forward(leaf, t);
        return scope.Return(Gradient.Of((output * output).Sum(), leaf));
    }

    private static double Time(Func<Tensor> work)
    {
        long start = Stopwatch.GetTimestamp();
        work().Keep().Dispose();
        return Stopwatch.GetElapsedTime(start).TotalSeconds;
    }
}
