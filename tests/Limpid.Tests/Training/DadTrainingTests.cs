using Limpid.Attacks;
using Limpid.Classifiers;
using Limpid.Data;
using Limpid.Evaluation;
using Limpid.Purification;
using Limpid.Purification.Networks;
using Limpid.Recipes;
using Limpid.Tests.Data;
using Limpid.Torch;
using Limpid.Torch.Noise;
using Limpid.Training;

namespace Limpid.Tests.Training;

/// <summary>DAD from data to a defense that a recipe names, on images of 8x8.</summary>
public sealed class DadTrainingTests
{
    private static readonly DadTrainingOptions Options = new()
    {
        Data = "toy:train",
        ReferencePerClass = 8,
        Validation = 60,
        GateBatch = 10,
        Pairs = 40,
        KernelIterations = 5,
        Network = new DadDenoiserOptions { DownWidths = [4, 4], DownBlocks = [1, 1], UpWidths = [4], UpBlocks = [1] },
        Optimization = new OptimizationOptions { Optimizer = "adam", BatchSize = 20, Schedule = "constant", WarmUpSteps = 0, AverageDecay = 0 },
        Budget = new TrainingBudget { Images = 60 },
        FalsePositiveRate = 0.1,
        Seed = 3,
    };

    [Fact]
    public void Training_leaves_a_detector_a_denoiser_and_a_card_that_a_recipe_turns_into_a_defense()
    {
        using var scope = TensorScope.Begin();
        using var folder = new TemporaryFolder();
        using var classifier = Classifier();
        string network = Path.Combine(folder.Path, "classifier.safetensors");
        ClassifierFile.Save(classifier, network);

        var report = new DadTraining(Options, classifier, classifier, folder.Path).Run(Data(160));

        report.Training.Images.ShouldBe(60);
        report.SampleRates.Count.ShouldBe(report.BatchRates.Count);
        File.ReadAllText(Path.Combine(folder.Path, "card.md")).ShouldContain("16 reference images");
        string yaml = $"classifier: {network}\ndefense: {{kind: dad, detector: {folder.Path}/detector.safetensors, purifier: {{kind: dad-denoiser, network: {folder.Path}/denoiser.safetensors}}}}";
        using var parts = new RecipeParts(Recipe.Parse(yaml, "mine"), Device.Cpu);
        var noise = new KeyedNoise(1, [new SampleKey(0), new SampleKey(1)]);
        parts.BuildDefense().Predict(noise.Uniform(NoisePurpose.Training, 0, [3, 8, 8]), noise).Count.ShouldBe(2);
        using var batch = new RecipeParts(Recipe.Parse(yaml, "mine", "defense.gate=batch"), Device.Cpu);
        Should.Throw<InputException>(batch.BuildDefense).Message.ShouldContain("needs batch=100");
        using var together = new RecipeParts(Recipe.Parse(yaml, "mine", "defense.gate=batch", "defense.gate-batch=4", "batch=4", "defense.threshold=0.05"), Device.Cpu);
        together.BuildDefense().Predict(noise.Uniform(NoisePurpose.Training, 0, [3, 8, 8]), noise).Count.ShouldBe(2);
    }

    [Theory]
    [InlineData("gate-constant")]
    [InlineData("raise")]
    [InlineData("evade")]
    [InlineData("pass")]
    [InlineData("soft-gate")]
    [InlineData("straight-through")]
    public void Every_attacker_of_a_recipe_crafts_and_is_judged_by_the_gate_itself(string attacker)
    {
        using var scope = TensorScope.Begin();
        using var folder = new TemporaryFolder();
        using var classifier = Classifier();
        string network = Path.Combine(folder.Path, "classifier.safetensors");
        ClassifierFile.Save(classifier, network);
        _ = new DadTraining(Options, classifier, classifier, folder.Path).Run(Data(160));
        string yaml = $"classifier: {network}\ndefense: {{kind: dad, attacker: {attacker}, detector: {folder.Path}/detector.safetensors, purifier: {{kind: dad-denoiser, network: {folder.Path}/denoiser.safetensors}}}}";
        using var parts = new RecipeParts(Recipe.Parse(yaml, "mine"), Device.Cpu);

        var summary = new RobustEvaluation(parts.BuildDefense(), new Pgd(KnownThreats.Cifar10Linf) { Steps = 2 }, new DatasetSlice(Data(160), 100, 103)) { Seed = 1 }.Run();

        summary.Done.ShouldBe(4);
        summary.CaughtClean.ShouldNotBeNull();
        summary.CaughtAdversarial.ShouldNotBeNull();
    }

    [Fact]
    public void The_same_seed_makes_the_same_detector_and_denoiser()
    {
        using var scope = TensorScope.Begin();
        using var first = new TemporaryFolder();
        using var second = new TemporaryFolder();
        using var classifier = Classifier();
        foreach (var folder in new[] { first, second })
        {
            new DadTraining(Options, classifier, classifier, folder.Path).Run(Data(160));
        }
        foreach (string file in new[] { "detector.safetensors", "denoiser.safetensors" })
        {
            File.ReadAllBytes(Path.Combine(first.Path, file)).ShouldBe(File.ReadAllBytes(Path.Combine(second.Path, file)), file);
        }
    }

    [Fact]
    public void Parts_share_no_image_and_the_reference_is_balanced_from_its_beginning()
    {
        var split = DadSplit.Of(Data(160), Options);
        long[] Indices(IImageDataset part) => [.. Enumerable.Range(0, part.Count).Select(part.OriginalIndex)];

        split.Reference.Count.ShouldBe(16);
        Enumerable.Range(0, 4).Select(split.Reference.Label).ShouldBe([0, 1, 0, 1]);
        Indices(split.Reference).Concat(Indices(split.Calibration)).Concat(Indices(split.Measured)).Concat(Indices(split.Pairs)).ShouldBeUnique();
        split.Pairs.Count.ShouldBe(40);
    }

    [Fact]
    public void Too_few_images_and_settings_that_contradict_one_another_are_refused()
    {
        Should.Throw<InputException>(() => DadSplit.Of(Data(70), Options)).Message.ShouldContain("too few");
        Should.Throw<InputException>(() => (Options with { Validation = 12 }).Check()).Message.ShouldContain("validation images for twice");
        Should.Throw<InputException>(() => (Options with { FalsePositiveRate = 1 }).Check());
    }

    [Fact]
    public void A_recipe_without_the_detectors_file_says_which_is_missing()
    {
        using var folder = new TemporaryFolder();
        using var classifier = Classifier();
        string network = Path.Combine(folder.Path, "classifier.safetensors");
        ClassifierFile.Save(classifier, network);
        using var parts = new RecipeParts(Recipe.Parse($"classifier: {network}\ndefense: {{kind: dad, detector: nowhere.safetensors, purifier: {{kind: dad-denoiser, network: {Missing(folder)}}}}}", "mine"), Device.Cpu);
        Should.Throw<InputException>(parts.BuildDefense).Message.ShouldContain("missing.safetensors");
    }

    private static string Missing(TemporaryFolder folder) => Path.Combine(folder.Path, "missing.safetensors");

    private static NetworkClassifier Classifier()
    {
        var classifier = ClassifierFile.Create("plain-cnn-4", classes: 2, image: new ImageShape(3, 8, 8));
        classifier.Network.Initialize(1);
        return classifier;
    }

    // Dark and bright noise.
    private static InMemoryDataset Data(int count)
    {
        var pixels = new byte[count * 192];
        for (int i = 0; i < pixels.Length; i++)
        {
            pixels[i] = (byte)((i / 192 % 2 == 0 ? 40 : 150) + i * 7919 % 61);
        }
        return new InMemoryDataset("toy:train", 3, 8, 8, pixels, [.. Enumerable.Range(0, count).Select(i => i % 2)], ["dark", "bright"]);
    }
}
