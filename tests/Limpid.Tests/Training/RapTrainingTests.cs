using Limpid.Classifiers;
using Limpid.Data;
using Limpid.Purification;
using Limpid.Purification.Networks;
using Limpid.Purification.ReverseAdversarial;
using Limpid.Recipes;
using Limpid.Tests.Data;
using Limpid.Tests.Support;
using Limpid.Torch;
using Limpid.Torch.Layers;
using Limpid.Torch.Noise;
using Limpid.Torch.Weights;
using Limpid.Training;

namespace Limpid.Tests.Training;

/// <summary>RAP's adapter from data to a defense that a recipe names, on images of 8×8.</summary>
public sealed class RapTrainingTests
{
    private static readonly RapTrainingOptions Options = new()
    {
        Data = "halves:train",
        Process = new AdversarialProcessOptions { Threat = "linf:0.1", Steps = 3 },
        Network = new RapAdapterOptions { Width = 4, Multipliers = [1, 1], Heads = 1, HeadWidth = 2 },
        Optimization = new OptimizationOptions { Optimizer = "adam", BatchSize = 4, LearningRate = 0.01, WarmUpSteps = 0, AverageDecay = 0.5 },
        Budget = new TrainingBudget { Images = 24 },
        HeldOut = 6,
        MeasuringSteps = 2,
        Seed = 3,
    };

    // Stopped after step 3, between the refreshes of 0 and 4.
    private static readonly AdversarialProcessOptions OneStep = new() { Threat = "linf:0.05", Steps = 1, StepSize = 0.02, Start = 0 };

    [Theory]
    [InlineData(0)]
    [InlineData(4)]
    public void A_training_stopped_and_resumed_ends_in_the_same_adapter_bit_for_bit(int attackRefresh)
    {
        var options = Options with { AttackRefresh = attackRefresh };
        using var folder = new TemporaryFolder();
        using var classifier = Classifier();
        string whole = Path.Combine(folder.Path, "whole"), broken = Path.Combine(folder.Path, "broken");
        new RapTraining(options, classifier, whole).Run(Data());
        using var stop = new CancellationTokenSource();
        var stopper = new Watcher(p => { if (p.Step == 3) { stop.Cancel(); } });

        Should.Throw<OperationCanceledException>(() => new RapTraining(options, classifier, broken).Run(Data(), stopper, stop.Token));
        new RapTraining(options, classifier, broken).Run(Data());

        var expected = SafetensorsFile.Read(Path.Combine(whole, "weights.safetensors"));
        var found = SafetensorsFile.Read(Path.Combine(broken, "weights.safetensors"));
        foreach (string name in expected.Names)
        {
            found[name].Data.Span.SequenceEqual(expected[name].Data.Span).ShouldBeTrue(name);
        }
    }

    [Fact]
    public void Training_leaves_an_adapter_and_a_card_that_a_recipe_turns_into_a_defense_in_every_mode()
    {
        using var scope = TensorScope.Begin();
        using var folder = new TemporaryFolder();
        using var classifier = Classifier();
        string network = Path.Combine(folder.Path, "classifier.safetensors");
        ClassifierFile.Save(classifier, network);

        var report = new RapTraining(Options, classifier, folder.Path).Run(Data());

        report.Training.Images.ShouldBe(24);
        foreach (double share in new[] { report.Clean, report.Attacked, report.AdaptedClean, report.AdaptedTransferred, report.AdaptedAttacked })
        {
            share.ShouldBeInRange(0, 1);
        }
        File.ReadAllText(Path.Combine(folder.Path, "card.md")).ShouldContain("T = 3 steps of 0.08333");
        var noise = new KeyedNoise(1, [new SampleKey(0), new SampleKey(1)]);
        var images = noise.Uniform(NoisePurpose.Training, 0, [3, 8, 8]);
        foreach (string mode in new[] { "one-step", "iterative-pseudo-label", "iterative-cold" })
        {
            string yaml = $"classifier: {network}\ndefense: {{kind: rap, adapter: {folder.Path}/weights.safetensors, mode: {mode}, steps: 2}}";
            using var parts = new RecipeParts(Recipe.Parse(yaml, "mine"), Device.Cpu);
            parts.BuildDefense().Predict(images, noise).Count.ShouldBe(2, mode);
        }
        string tooMany = $"classifier: {network}\ndefense: {{kind: rap, adapter: {folder.Path}/weights.safetensors, steps: 4}}";
        using var more = new RecipeParts(Recipe.Parse(tooMany, "mine"), Device.Cpu);
        Should.Throw<InputException>(more.BuildDefense).Message.ShouldBe("defense.steps: this adapter takes back at most 3 steps, not 4");
    }

    [Fact]
    public void A_recipe_without_the_adapters_file_says_which_is_missing_and_how_to_make_it()
    {
        using var parts = new RecipeParts(Recipe.Parse("defense: {kind: rap, adapter: nowhere.safetensors}", "mine"), Device.Cpu);

        Should.Throw<InputException>(parts.BuildDefense).Message.ShouldBe(
            "defense.adapter: there is no bundled network or file 'nowhere.safetensors': make one with limpid train train/shapes-rap, and name it with --set defense.adapter=FILE");
    }

    [Fact]
    public void Steps_are_uniform_from_one_to_T_and_the_loss_is_a_function_of_weights_and_batch()
    {
        using var scope = TensorScope.Begin();
        using var classifier = Classifier();
        using var adapter = new RapAdapter(Options.Network, Options.Process);
        adapter.Initialize(1);
        var objective = new RapObjective(adapter, classifier);
        var many = new KeyedNoise(2, [.. Enumerable.Range(0, 600).Select(i => new SampleKey(i))]);
        var batches = new TrainingBatches(Data(), 16, 4, 1, new Augmentation());

        int[] counts = [.. objective.Steps(many).GroupBy(t => t).OrderBy(g => g.Key).Select(g => g.Count())];

        counts.Length.ShouldBe(3);
        counts.ShouldAllBe(count => count > 150);
        objective.Loss(batches.At(2)).Item().ShouldBe(objective.Loss(batches.At(2)).Item());
        objective.Loss(batches.At(2)).Item().ShouldNotBe(objective.Loss(batches.At(3)).Item());
    }

    // The identity, attacked along a known sign: the loss has two known terms.
    [Fact]
    public void The_loss_is_the_mean_absolute_difference_and_the_cross_entropy_of_the_restored_image()
    {
        using var scope = TensorScope.Begin();
        using var classifier = new Attacks.LinearClassifier(1, [1, 8, 8], dtype: DType.Float32);
        using var adapter = Identity();
        var noise = new KeyedNoise(1, [new SampleKey(0), new SampleKey(1)]);
        var images = noise.Uniform(NoisePurpose.Training, 0, [1, 8, 8]) * 0.4 + 0.3;
        var labels = Tensor.From([0L, 1], 2);
        var x = images.AsVariable();
        var attacked = images + Gradient.Of(Functional.CrossEntropy(classifier.Logits(x), labels).Sum(), x).Sign() * 0.02;

        double loss = new RapObjective(adapter, classifier, lossWeight: 0.5).Loss(new TrainingBatch(images, labels, noise)).Item();

        double crossEntropy = Functional.CrossEntropy(classifier.Logits(attacked), labels).Mean().Item();
        loss.ShouldBe(0.04 + 0.5 * crossEntropy, 1e-5); // 0.02 in pixels is 0.04 in [−1,1]
    }

    // The trained adapter is the identity, so the restored images are the attacked ones.
    [Fact]
    public void An_older_adapter_is_attacked_where_one_is_given()
    {
        using var scope = TensorScope.Begin();
        using var classifier = new Attacks.LinearClassifier(1, [1, 8, 8], dtype: DType.Float32);
        using var trained = Identity();
        using var older = Purification.RapAdapterTests.Network(trained.Options with { Residual = false }, OneStep);
        var noise = new KeyedNoise(1, [new SampleKey(0), new SampleKey(1)]);
        var images = noise.Uniform(NoisePurpose.Training, 0, [1, 8, 8]) * 0.4 + 0.3;
        var labels = Tensor.From([0L, 1], 2);
        var x = images.AsVariable();
        var attacked = images + Gradient.Of(Functional.CrossEntropy(new RobustClassifier(older, classifier).Logits(x), labels).Sum(), x).Sign() * 0.02;
        var batch = new TrainingBatch(images, labels, noise);

        double loss = new RapObjective(trained, classifier, attacked: older).Loss(batch).Item();

        loss.ShouldBe(0.04 + Functional.CrossEntropy(classifier.Logits(attacked), labels).Mean().Item(), 1e-5);
        new RapObjective(trained, classifier).Loss(batch).Item().ShouldBeGreaterThan(loss + 0.01, "the attack on the trained adapter itself is the stronger one");
    }

    // The adapter is the identity: an image that is left clean adds nothing to the first term, one that is attacked 0.04.
    [Fact]
    public void A_share_of_the_images_is_left_clean_without_random_start_and_seen_at_the_time_of_deployment()
    {
        using var scope = TensorScope.Begin();
        using var classifier = new Attacks.LinearClassifier(1, [1, 8, 8], dtype: DType.Float32);
        using var adapter = Identity();
        var noise = new KeyedNoise(1, [.. Enumerable.Range(0, 40).Select(i => new SampleKey(i))]);
        var images = noise.Uniform(NoisePurpose.Training, 7, [1, 8, 8]) * 0.4 + 0.3;
        var batch = new TrainingBatch(images, Tensor.From(new long[40], 40), noise);
        var objective = new RapObjective(adapter, classifier, lossWeight: 0, cleanShare: 0.3);

        int clean = objective.Steps(noise).Count(t => t == 0);

        clean.ShouldBeInRange(5, 20);
        objective.Loss(batch).Item().ShouldBe(0.04 * (40 - clean) / 40, 1e-6);
        new RapObjective(adapter, classifier, lossWeight: 0, cleanShare: 1).Loss(batch).Item().ShouldBe(0, 1e-7);
    }

    // The adapter is the identity and the classifier linear, so the first term is the length of the one step.
    [Theory]
    [InlineData(0, 0.25)]
    [InlineData(1, 0.5)]
    [InlineData(3, 1)]
    [InlineData(9, 1)]
    public void The_attack_grows_over_the_warm_up(long step, double share)
    {
        using var scope = TensorScope.Begin();
        using var classifier = new Attacks.LinearClassifier(1, [1, 8, 8], dtype: DType.Float32);
        using var adapter = Identity();
        var noise = new KeyedNoise(1, [new SampleKey(0), new SampleKey(1)]);
        var images = noise.Uniform(NoisePurpose.Training, 0, [1, 8, 8]) * 0.4 + 0.3;

        double loss = new RapObjective(adapter, classifier, lossWeight: 0, warmUpSteps: 4).Loss(new TrainingBatch(images, Tensor.From([0L, 1], 2), noise) { Step = step }).Item();

        loss.ShouldBe(0.04 * share, 1e-6);
    }

    [Fact]
    public void A_step_of_training_leaves_no_tensors_behind_and_frozen_weights_stay()
    {
        using var folder = new TemporaryFolder();
        using var classifier = Classifier();
        string before = Limpid.Diffusion.NetworkFingerprint.Of(classifier.Network);
        var live = new List<long>();

        LiveHandles.Settled();
        new RapTraining(Options with { Budget = new() { Images = 80 } }, classifier, folder.Path).Run(Data(), new Watcher(_ => live.Add(Engine.LiveTensors)));

        live.Count.ShouldBe(20);
        live.Distinct().Count().ShouldBe(1);
        Limpid.Diffusion.NetworkFingerprint.Of(classifier.Network).ShouldBe(before);
    }

    [Fact]
    public void Settings_out_of_range_and_test_images_are_refused()
    {
        using var folder = new TemporaryFolder();
        using var classifier = Classifier();

        Should.Throw<InputException>(() => (Options with { HeldOut = 0 }).Check()).Message.ShouldContain("held-out");
        Should.Throw<InputException>(() => (Options with { AttackRefresh = -1 }).Check()).Message.ShouldContain("attack-refresh");
        Should.Throw<InputException>(() => (Options with { LossWeight = double.NaN }).Check());
        Should.Throw<InputException>(() => (Options with { Process = new() { Steps = 0 } }).Check()).Message.ShouldContain("process.steps");
        Should.Throw<InputException>(() => new RapTraining(Options, classifier, folder.Path).Run(TinyData.Halves(20, "halves:test", 3))).Message.ShouldContain("test images");
    }

    private static IImageDataset Data() => TinyData.Halves(22, channels: 3);

    // Gray images as they came, against one step of attack.
    private static RapAdapter Identity()
    {
        var adapter = new RapAdapter(Options.Network with { Channels = 1 }, OneStep);
        adapter.Initialize(1);
        return adapter;
    }

    private static NetworkClassifier Classifier()
    {
        var classifier = ClassifierFile.Create("plain-cnn-4", classes: 2, image: new ImageShape(3, 8, 8));
        classifier.Network.Initialize(1);
        return classifier;
    }

    /// <summary>Told at once, on the training's own thread.</summary>
    private sealed class Watcher(Action<TrainingProgress> seen) : IProgress<TrainingProgress>
    {
        public void Report(TrainingProgress value) => seen(value);
    }
}
