using Limpid.Classifiers;
using Limpid.Detection;
using Limpid.Diffusion;
using Limpid.Diffusion.Networks;
using Limpid.Torch;
using Limpid.Torch.Layers;
using Limpid.Torch.Noise;

namespace Limpid.Cli.Tests;

/// <summary>Untrained networks small enough that a whole evaluation takes seconds; written once for all tests.</summary>
public sealed class TinyNetworks : IDisposable
{
    public TinyNetworks()
    {
        using var classifier = ClassifierFile.Create("plain-cnn-8");
        classifier.Network.Initialize(1);
        ClassifierFile.Save(classifier, Classifier);
        using var denoiser = new GuidedUNet(new GuidedUNetOptions { ModelChannels = 32, ChannelMultipliers = [1], ResBlocks = 1, AttentionFactors = [], Heads = 1 });
        denoiser.Initialize(2);
        DenoiserFile.Save(denoiser, Denoiser);
        using var scope = TensorScope.Begin();
        var noise = new KeyedNoise(3, [.. Enumerable.Range(0, 4).Select(i => new SampleKey(i))]);
        var clean = noise.Uniform(NoisePurpose.Training, 0, [3, 32, 32]);
        using var reference = CleanReference.Of(new SemanticFeatures(classifier), new DeepKernel(0.1, 10, 1000), clean, noise);
        DetectorFile.Save(Detector, reference, sample: new SampleThreshold(0.5));
    }

    public string Folder { get; } = Directory.CreateTempSubdirectory("limpid").FullName;

    public string Classifier => Path.Combine(Folder, "classifier.safetensors");

    public string Detector => Path.Combine(Folder, "detector.safetensors");

    public string Denoiser => Path.Combine(Folder, "denoiser.safetensors");

    /// <summary>A small evaluation: 6 images, one at a time, so that there is always something left to interrupt.</summary>
    public string[] Evaluate(string run, params string[] more) =>
    [
        "evaluate", "diffpure", "--out", run, "--limit", "6", "--batch", "1",
        "--set", $"classifier={Classifier}", "--set", $"denoiser={Denoiser}", "--set", "defense.steps=6",
        "--set", "attack.steps=3", "--set", "attack.samples=1", "--json", .. more,
    ];

    public string NewFolder(string name) => Path.Combine(Folder, $"{name}-{Guid.NewGuid():N}");

    public void Dispose() => Directory.Delete(Folder, recursive: true);
}

[CollectionDefinition(Name)]
[System.Diagnostics.CodeAnalysis.SuppressMessage("Naming", "CA1711", Justification = "xunit calls it a collection.")]
public sealed class TinyCollection : ICollectionFixture<TinyNetworks>
{
    public const string Name = "tiny networks";
}
