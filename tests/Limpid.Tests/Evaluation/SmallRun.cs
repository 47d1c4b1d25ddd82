using System.Text.Json.Nodes;
using Limpid.Attacks;
using Limpid.Data;
using Limpid.Defenses;
using Limpid.Evaluation;
using Limpid.Tests.Attacks;
using Limpid.Torch;
using Limpid.Torch.Noise;

namespace Limpid.Tests.Evaluation;

/// <summary>A random defense of a linear classifier, small enough to be evaluated many times.</summary>
internal sealed class SmallRun : IDisposable
{
    public const int Images = 10;
    public static readonly Threat Threat = new(ThreatNorm.Linf, 0.02);
    private static readonly long[] shape = [3, 8, 8];
    private readonly LinearClassifier classifier = new(1, shape, dtype: DType.Float32);

    public IImageDataset Data { get; }

    public SmallRun(long[]? indices = null)
    {
        using var scope = TensorScope.Begin();
        var noise = new KeyedNoise(4, [.. Enumerable.Range(0, Images).Select(i => new SampleKey(i))]);
        byte[] pixels = [.. noise.Uniform(NoisePurpose.Control, 0, shape).ToFloats().Select(value => (byte)(value * 256))];
        var images = Tensor.From(pixels, Images, 3, 8, 8).To(DType.Float32) / 255;
        int[] labels = [.. classifier.Logits(images).ArgMax(1).ToLongs().Select(label => (int)label)];
        labels[3] = 1 - labels[3];
        Data = new InMemoryDataset("small", 3, 8, 8, pixels, labels, ["no", "yes"], indices ?? [.. Enumerable.Range(0, Images).Select(i => 40L + i)]);
    }

    public Defense Defense(int votes = 3) => new(classifier, new ToyPurifier(quantizes: false, sigma: 0.3)) { Votes = votes };

    public RobustEvaluation Evaluation(int batch = 4, int repetitions = 2, int votes = 3, int judgements = 1, int? limit = null) =>
        new(Defense(votes), new Pgd(Threat) { Steps = 3, Samples = 2 }, Data)
        {
            BatchSize = batch,
            Repetitions = repetitions,
            Judgements = judgements,
            Seed = 11,
            Examples = 2,
            Limit = limit,
        };

    public static RunManifest Manifest(int items = 2 * Images, string attack = "pgd") =>
        new(new JsonObject { ["attack"] = attack, ["seed"] = 11 }, new JsonObject { ["device"] = "cpu" }) { Items = items };

    /// <summary>The lines of a run but for their times, ordered.</summary>
    public static string[] Lines(RunFolder folder) => [.. folder.Samples().Select(sample => System.Text.Json.JsonSerializer.Serialize(sample with { Seconds = 0 }))];

    /// <summary>A summary but for its times.</summary>
    public static string Summary(RunFolder folder)
    {
        var json = JsonNode.Parse(File.ReadAllText(Path.Combine(folder.Path, "summary.json")))!.AsObject();
        json.Remove("times").ShouldBeTrue();
        return json.ToJsonString();
    }

    public void Dispose() => classifier.Dispose();
}
