using System.Text.Json;
using Limpid.Classifiers;
using Limpid.Torch;
using Limpid.Torch.Weights;

namespace Limpid.Tests.Attacks;

/// <summary>The reference attacks' network, images and results.</summary>
internal static class GoldenAttacks
{
    public static Tensor Load(string file, string name)
    {
        var stored = SafetensorsFile.Read(SharedData.Path($"golden/attacks/{file}.safetensors"))[name];
        return Tensor.FromBytes(stored.Data.Span, stored.DType, stored.Shape);
    }

    public static Tensor Images(DType dtype = DType.Float32)
    {
        using var scope = TensorScope.Begin();
        return scope.Return(Load("data", "x_u8").To(dtype) / 255);
    }

    public static Tensor Labels() => Load("data", "y");

    public static JsonElement Parameters(string name)
    {
        using var manifest = JsonDocument.Parse(File.ReadAllBytes(SharedData.Path("golden/attacks/manifest.json")));
        return manifest.RootElement.GetProperty("cases").GetProperty(name).GetProperty("params").Clone();
    }

    /// <summary>The share of entries that differ by more than rounding.</summary>
    public static double ShareOff(Tensor actual, Tensor expected, double tolerance = 1e-5)
    {
        using var scope = TensorScope.Begin();
        return (actual.To(DType.Float64) - expected.To(DType.Float64)).Abs().GreaterThan(tolerance).To(DType.Float64).Mean().Item();
    }

    public static double LargestDifference(Tensor actual, Tensor expected)
    {
        using var scope = TensorScope.Begin();
        return (actual.To(DType.Float64) - expected.To(DType.Float64)).Abs().Max().Item();
    }
}

/// <summary>The small network of the reference attacks, in either precision.</summary>
internal sealed class GoldenNet(DType dtype = DType.Float32) : IClassifier
{
    private readonly Dictionary<string, Tensor> weights = new[] { "conv1", "conv2", "conv3", "fc" }
        .SelectMany(layer => new[] { $"{layer}.weight", $"{layer}.bias" })
        .ToDictionary(name => name, name => GoldenAttacks.Load("model", name).To(dtype).Keep(), StringComparer.Ordinal);

    public int ClassCount => 10;

    public Tensor Logits(Tensor images)
    {
        using var scope = TensorScope.Begin();
        var x = Conv(images, "conv1", 1).Relu();
        x = Conv(x, "conv2", 2).Relu();
        x = Functional.AvgPool2d(Conv(x, "conv3", 2).Relu(), 2, 2);
        return scope.Return(Functional.Linear(x.Reshape(x.Size(0), -1), weights["fc.weight"], weights["fc.bias"]));
    }

    private Tensor Conv(Tensor x, string layer, int stride) =>
        Functional.Conv2d(x, weights[$"{layer}.weight"], weights[$"{layer}.bias"], stride, padding: 1);
}
