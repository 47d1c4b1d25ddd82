using System.Text.Json;
using Limpid.Torch;
using Limpid.Torch.Layers;
using Limpid.Torch.Weights;

namespace Limpid.Tests.Support;

/// <summary>One file of reference tensors; tensors belong to the caller's scope.</summary>
public sealed class Golden
{
    private readonly string name;
    private readonly StoredTensors stored;

    public Golden(string name)
    {
        this.name = name;
        stored = SafetensorsFile.Read(SharedData.Path($"golden/{name}.safetensors"));
    }

    public Tensor this[string tensor] => AsTensor(stored[tensor]);

    public IEnumerable<string> Names => stored.Names;

    public double[] Doubles(string tensor) => stored[tensor].ToDoubles();

    public int[] Ints(string tensor) => [.. stored[tensor].ToDoubles().Select(v => (int)v)];

    public bool Contains(string tensor) => stored.Contains(tensor);

    /// <summary>The largest absolute difference that the manifest allows.</summary>
    public double Tolerance(string tensor)
    {
        using var manifest = JsonDocument.Parse(File.ReadAllText(SharedData.Path($"golden/{name}.json")));
        return manifest.RootElement.GetProperty("tolerance").GetProperty("absolute").GetProperty(tensor).GetDouble();
    }

    public static void Load(Module network, string weights)
    {
        var file = SafetensorsFile.Read(SharedData.Path($"golden/networks/{weights}.weights.safetensors"));
        network.NamedParameters().Select(p => p.Name).ShouldBe(file.Names, ignoreOrder: true);
        foreach (var (parameterName, parameter) in network.NamedParameters())
        {
            using var source = AsTensor(file[parameterName]).Keep();
            parameter.Assign(source);
        }
    }

    public static double Difference(Tensor a, Tensor b)
    {
        using var scope = TensorScope.Begin();
        a.Shape.ToArray().ShouldBe(b.Shape.ToArray());
        return (a - b).Abs().Max().Item();
    }

    /// <summary>Largest of |a − b| / (1 + |b|).</summary>
    public static double RelativeDifference(Tensor a, Tensor b)
    {
        using var scope = TensorScope.Begin();
        a.Shape.ToArray().ShouldBe(b.Shape.ToArray());
        return ((a - b).Abs() / (b.Abs() + 1)).Max().Item();
    }

    private static Tensor AsTensor(StoredTensor stored) => Tensor.FromBytes(stored.Data.Span, stored.DType, stored.Shape);
}
