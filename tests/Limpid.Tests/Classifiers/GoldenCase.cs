using System.Text.Json;
using Limpid.Classifiers;
using Limpid.Torch;
using Limpid.Torch.Layers;
using Limpid.Torch.Weights;

namespace Limpid.Tests.Classifiers;

/// <summary>A reference network: the authors' weights, input, output, input gradient and taps.</summary>
internal static class GoldenCase
{
    /// <summary>Loads the weights strictly and compares everything at the manifest's tolerances; <paramref name="output"/> goes from images and logits to what the reference returns.</summary>
    public static void Verify(string name, ClassifierNetwork network, Normalization normalization, Func<Tensor, Tensor, Tensor>? output = null)
    {
        using var scope = TensorScope.Begin();
        var io = SafetensorsFile.Read(Path($"{name}.io.safetensors"));
        using var manifest = JsonDocument.Parse(File.ReadAllText(Path($"{name}.json")));
        var tolerance = manifest.RootElement.GetProperty("tolerance");
        double outputTolerance = tolerance.GetProperty("output_absolute").GetDouble();
        var x = AsTensor(io["input.x"]).AsVariable();
        using var classifier = new NetworkClassifier(network, normalization, new ImageShape((int)x.Size(1), (int)x.Size(2), (int)x.Size(3)));
        network.Load(SafetensorsFile.Read(Path($"{name}.weights.safetensors")));

        network.ParameterCount.ShouldBe(manifest.RootElement.GetProperty("parameters").GetInt64());
        var logits = classifier.Logits(x);
        var found = output is null ? logits : output(x, logits);
        Difference(found, io["output"]).ShouldBeLessThan(outputTolerance);
        Difference(Gradient.Of(found, x, AsTensor(io["fixed"])), io["gradient.x"]).ShouldBeLessThan(tolerance.GetProperty("gradient_absolute").GetDouble());
        var taps = classifier.BlockActivations(x.Detach());
        var expected = io.Names.Where(key => key.StartsWith("tap.", StringComparison.Ordinal)).Order(StringComparer.Ordinal).ToList();
        if (expected.Count > 0)
        {
            taps.Count.ShouldBe(expected.Count);
            for (int i = 0; i < taps.Count; i++)
            {
                var reference = io[expected[i]];
                taps[i].Shape.ToArray().ShouldBe(reference.Shape);
                Difference(taps[i], reference).ShouldBeLessThan(Math.Max(outputTolerance, 2e-5 * reference.ToFloats().Max()));
            }
        }
    }

    public static Tensor AsTensor(StoredTensor stored) => Tensor.FromBytes(stored.Data.Span, stored.DType, stored.Shape);

    public static double Difference(Tensor found, StoredTensor expected) => (found.Detach() - AsTensor(expected)).Abs().Max().Item();

    public static string Path(string file) => SharedData.Path($"golden/networks/{file}");
}
