using Limpid.Attacks;
using Limpid.Classifiers;
using Limpid.Data;
using Limpid.Recipes;
using Limpid.Tests.Data;
using Limpid.Torch;
using Limpid.Torch.Layers;
using Limpid.Torch.Noise;
using Limpid.Torch.Weights;
using Limpid.Training;

namespace Limpid.Tests.Training;

/// <summary>PGD-AT and TRADES: the search within, the losses, and whole trainings on images of 8x8.</summary>
public sealed class AdversarialTrainingTests
{
    private static readonly ClassifierTrainingOptions Tiny = new()
    {
        Data = "halves:train",
        Architecture = "plain-cnn-4",
        Objective = "pgd-at",
        Threat = "linf:0.2",
        Attack = new() { Steps = 3, StepSize = "0.1", WarmUpSteps = 5 },
        Optimization = new() { BatchSize = 8, WarmUpSteps = 0, LearningRate = 0.01, AverageDecay = 0.5 },
        Budget = new() { Images = 80 },
        Flips = false,
        Shift = 1,
        HeldOut = 20,
        Seed = 3,
    };

    [Theory]
    [InlineData("linf:0.1", true)]
    [InlineData("linf:0.1", false)]
    [InlineData("l2:0.3", false)]
    public void On_a_linear_classifier_the_search_finds_the_known_maximum(string threat, bool randomStart)
    {
        using var scope = TensorScope.Begin();
        using var classifier = Linear(out var plane);
        var (ball, batch) = (Threat.Parse(threat), Batch(6));
        var inner = new InnerMaximization(classifier, ball, new() { Steps = 10, RandomStart = randomStart });
        var away = plane * Tensor.From([.. batch.Labels.ToLongs().Select(label => label == 0 ? 1f : -1f)], 6, 1); // w_other − w_own
        var direction = ball.Norm == ThreatNorm.Linf ? away.Sign() : away / away.Norm(2, [1], keepDimensions: true);
        var worst = batch.Images + direction.Reshape(6, 1, 4, 4) * ball.Epsilon;

        inner.OfCrossEntropy(batch).ToFloats().ShouldBe(worst.ToFloats(), 1e-5);

        double expected = Functional.CrossEntropy(classifier.Logits(worst), batch.Labels).Mean().Item();
        new AdversarialObjective(classifier, inner).Loss(batch).Item().ShouldBe(expected, 1e-5);
    }

    [Fact]
    public void On_a_linear_classifier_the_search_of_TRADES_changes_the_margin_as_far_as_the_ball_allows()
    {
        using var scope = TensorScope.Begin();
        using var classifier = Linear(out var plane);
        var batch = Batch(6);
        var inner = new InnerMaximization(classifier, Threat.Parse("linf:0.1"), new() { Steps = 10, RandomStart = false });
        double[] Margins(Tensor images)
        {
            var z = classifier.Logits(images);
            return (z.Select(1, 1) - z.Select(1, 0)).ToDoubles();
        }

        double[] changes = [.. Margins(inner.OfDivergence(batch)).Zip(Margins(batch.Images), (after, before) => Math.Abs(after - before))];

        double most = 0.1 * plane.Abs().Sum().Item(); // dual norm of ℓ∞
        changes.ShouldAllBe(change => Math.Abs(change - most) < 1e-4);
    }

    [Fact]
    public void TRADES_with_beta_0_is_cross_entropy()
    {
        using var scope = TensorScope.Begin();
        using var classifier = Linear(out _);
        var batch = Batch(6);
        var inner = new InnerMaximization(classifier, Threat.Parse("linf:0.1"), new());

        double loss = new TradesObjective(classifier, inner, beta: 0, smoothing: 0.1).Loss(batch).Item();

        loss.ShouldBe(new CrossEntropyObjective(classifier, 0.1).Loss(batch).Item());
        new TradesObjective(classifier, inner, beta: 6, smoothing: 0.1).Loss(batch).Item().ShouldBeGreaterThan(loss + 0.01);
    }

    [Fact]
    public void The_divergence_is_that_of_the_definition_and_its_gradient_that_of_finite_differences_on_both_sides()
    {
        using var scope = TensorScope.Begin();
        double[] a = [0.3, -1.2, 0.7, 2.0, 0.1, -0.4], b = [-0.5, 0.4, 1.1, 0.2, 0.9, -1.3];
        double Of(double[] left, double[] right) => TradesObjective.Divergence(Tensor.From(left, 2, 3), Tensor.From(right, 2, 3)).Sum().Item();
        double[] Moved(double[] at, int i, double by) => [.. at.Select((value, k) => k == i ? value + by : value)];
        var (x, y) = (Tensor.From(a, 2, 3).AsVariable(), Tensor.From(b, 2, 3).AsVariable());
        Tensor?[] gradients;
        using (GradMode.On())
        {
            gradients = Gradient.Of([TradesObjective.Divergence(x, y).Sum()], [x, y]);
        }

        double Definition(int row)
        {
            double[] Softmax(double[] z) => [.. Enumerable.Range(3 * row, 3).Select(k => Math.Exp(z[k]) / Enumerable.Range(3 * row, 3).Sum(j => Math.Exp(z[j])))];
            return Softmax(a).Zip(Softmax(b), (p, q) => p * Math.Log(p / q)).Sum();
        }
        Of(a, b).ShouldBe(Definition(0) + Definition(1), 1e-12);
        Of(a, a).ShouldBe(0, 1e-12);
        for (int i = 0; i < 6; i++)
        {
            gradients[0]!.ToDoubles()[i].ShouldBe((Of(Moved(a, i, 1e-6), b) - Of(Moved(a, i, -1e-6), b)) / 2e-6, 1e-8);
            gradients[1]!.ToDoubles()[i].ShouldBe((Of(a, Moved(b, i, 1e-6)) - Of(a, Moved(b, i, -1e-6))) / 2e-6, 1e-8);
        }
    }

    [Fact]
    public void The_search_leaves_the_network_in_training_and_its_running_statistics_as_they_were()
    {
        using var scope = TensorScope.Begin();
        using var classifier = ClassifierFile.Create("plain-cnn-4", classes: 2, image: new ImageShape(1, 4, 4));
        classifier.Network.Initialize(1);
        classifier.Network.Train();
        float[] before = State(classifier);

        _ = new InnerMaximization(classifier, Threat.Parse("linf:0.1"), new()).OfDivergence(Batch(6));

        State(classifier).ShouldBe(before);
        classifier.Network.IsTraining.ShouldBeTrue();
    }

    [Fact]
    public void The_radius_grows_over_the_warm_up()
    {
        using var scope = TensorScope.Begin();
        using var classifier = Linear(out _);
        var inner = new InnerMaximization(classifier, Threat.Parse("linf:0.1"), new() { WarmUpSteps = 10 });
        double Farthest(long step)
        {
            var batch = Batch(6, step);
            return (inner.OfCrossEntropy(batch) - batch.Images).Abs().Max().Item();
        }

        Farthest(0).ShouldBe(0.01, 1e-6);
        Farthest(4).ShouldBe(0.05, 1e-6);
        Farthest(9).ShouldBe(0.1, 1e-6);
        Farthest(500).ShouldBe(0.1, 1e-6);
    }

    [Theory]
    [InlineData("pgd-at")]
    [InlineData("trades")]
    public void An_adversarial_training_stopped_and_resumed_ends_in_the_same_weights_bit_for_bit(string objective)
    {
        using var folder = new TemporaryFolder();
        var data = TinyData.Halves(60);
        var options = Tiny with { Objective = objective };
        var (whole, broken) = (new ClassifierTraining(options, Path.Combine(folder.Path, "whole")), new ClassifierTraining(options, Path.Combine(folder.Path, "broken")));
        whole.Run(data);
        using var stop = new CancellationTokenSource();

        Should.Throw<OperationCanceledException>(() => broken.Run(data, new StopAfter(3, stop), stop.Token));
        broken.Run(data);

        var (expected, found) = (SafetensorsFile.Read(whole.WeightsPath), SafetensorsFile.Read(broken.WeightsPath));
        found.Names.ShouldBe(expected.Names);
        foreach (string name in expected.Names)
        {
            found[name].Data.Span.SequenceEqual(expected[name].Data.Span).ShouldBeTrue(name);
        }
    }

    [Theory]
    [InlineData("pgd-at")]
    [InlineData("trades")]
    public void A_network_trained_against_an_attack_withstands_it_and_its_card_says_how_well(string objective)
    {
        using var folder = new TemporaryFolder();

        var report = new ClassifierTraining(Tiny with { Objective = objective, Budget = new() { Images = 640 } }, folder.Path).Run(TinyData.Halves(100));

        report.Clean.Value.ShouldBe(1);
        report.Robust!.Value.Value.ShouldBeGreaterThan(0.9);
        report.Robust.Value.Count.ShouldBe(20);
        string card = File.ReadAllText(Path.Combine(folder.Path, "card.md"));
        card.ShouldContain("| under PGD of 20 steps, linf:0.2, one random start | ");
        card.ShouldContain(objective == "trades" ? "TRADES (Zhang et al. 2019), beta 6" : "PGD-AT, Madry et al. 2018");
    }

    [Theory]
    [InlineData("objective: pgd_at", "objective 'pgd_at' is not known; did you mean pgd-at? (known: cross-entropy, pgd-at, trades)")]
    [InlineData("objective: trades\nthreat: linf:8", "did you mean linf:8/255?")]
    [InlineData("objective: trades\nbeta: -1", "beta must be at least 0")]
    [InlineData("attack:\n  steps: 0", "attack.steps must be at least 1")]
    [InlineData("attack:\n  step-size: 0", "attack.step-size must be above 0")]
    [InlineData("attack:\n  step-size: small", "attack.step-size: 'small' is not a number")]
    [InlineData("attack:\n  stepsize: 2/255", "there is no key 'attack.stepsize'")]
    public void A_wrong_recipe_is_refused_in_one_line_that_helps(string keys, string expected)
    {
        using var folder = new TemporaryFolder();
        string path = Path.Combine(folder.Path, "mine.yaml");
        File.WriteAllText(path, $"kind: classifier\n{keys}");

        string message = Should.Throw<InputException>(() => TrainingRecipe.Open(path).Classifier().Check()).Message;

        message.ShouldContain(expected);
        message.ShouldNotContain("\n");
    }

    [Fact]
    public void An_adversarial_training_goes_on_from_the_weights_of_another()
    {
        using var folder = new TemporaryFolder();
        var data = TinyData.Halves(60);
        string first = Path.Combine(folder.Path, "first"), second = Path.Combine(folder.Path, "second");
        new ClassifierTraining(Tiny with { Objective = "cross-entropy" }, first).Run(data);
        string weights = Path.Combine(first, "weights.safetensors");
        var still = Tiny with { Start = weights, Budget = new() { Images = 8 }, Optimization = Tiny.Optimization with { LearningRate = 1e-12, AverageDecay = 0 } };

        new ClassifierTraining(still, second).Run(data);

        var expected = SafetensorsFile.Read(weights);
        var found = SafetensorsFile.Read(Path.Combine(second, "weights.safetensors"));
        foreach (string name in expected.Names.Where(name => !name.Contains("running", StringComparison.Ordinal) && !name.Contains("tracked", StringComparison.Ordinal)))
        {
            found[name].ToFloats().Zip(expected[name].ToFloats(), (a, b) => Math.Abs(a - b)).Max().ShouldBeLessThan(1e-6f, name);
        }
        File.ReadAllText(Path.Combine(second, "card.md")).ShouldContain("started from the weights of weights.safetensors");
    }

    [Fact]
    public void A_start_of_another_architecture_is_refused()
    {
        using var folder = new TemporaryFolder();
        var data = TinyData.Halves(60);
        new ClassifierTraining(Tiny with { Objective = "cross-entropy" }, folder.Path).Run(data);
        var wider = Tiny with { Start = Path.Combine(folder.Path, "weights.safetensors"), Architecture = "plain-cnn-8" };

        Should.Throw<InputException>(() => new ClassifierTraining(wider, Path.Combine(folder.Path, "wider")).Run(data)).Message
            .ShouldContain("is a plain-cnn-4 for 2 classes of 1x8x8 images, this training needs a plain-cnn-8");
    }

    [Fact]
    public void Bundled_classifier_trainings_hold_options_in_range()
    {
        string[] names = [.. BundledFiles.Trainings.Where(name => TrainingRecipe.Open(name).Kind == "classifier")];

        names.ShouldContain("train/mnist-trades");
        foreach (string name in names)
        {
            TrainingRecipe.Open(name).Classifier().Check();
        }
        TrainingRecipe.Open("train/mnist-pgd-at", "attack.steps=5").Classifier().Attack.Steps.ShouldBe(5);
        TrainingRecipe.Open("train/mnist-pgd-at").Classifier().Threat.ShouldBe("linf:0.3");
        TrainingRecipe.Open("train/cifar10-trades").Classifier().Objective.ShouldBe("trades");
    }

    // Two classes of images 1x4x4; the plane is w₁ − w₀.
    private static NetworkClassifier Linear(out Tensor plane)
    {
        var network = new LinearNetwork();
        network.Initialize(5);
        var weight = network.Layer.Weight.Value;
        plane = (weight.Select(0, 1) - weight.Select(0, 0)).Unsqueeze(0);
        return new NetworkClassifier(network, Normalization.None, new ImageShape(1, 4, 4));
    }

    // Away from the walls of [0,1].
    private static TrainingBatch Batch(int count, long step = 0)
    {
        var noise = new KeyedNoise(2, [.. Enumerable.Range(0, count).Select(i => new SampleKey(i))]);
        var images = noise.Uniform(NoisePurpose.Training, 0, [1, 4, 4]) * 0.2 + 0.4;
        return new TrainingBatch(images, Tensor.From([.. Enumerable.Range(0, count).Select(i => (long)i % 2)], count), noise) { Step = step };
    }

    private static float[] State(NetworkClassifier classifier) =>
        [.. classifier.Network.NamedParameters().Where(p => p.Parameter.Value.DType == DType.Float32).SelectMany(p => p.Parameter.Value.ToFloats())];

    private sealed class LinearNetwork : ClassifierNetwork
    {
        public LinearNetwork() => Layer = Add("layer", new Linear(16, 2));

        public Linear Layer { get; }

        public override int ClassCount => 2;

        public override Tensor Forward(Tensor images, ForwardPass pass) => Layer.Forward(images.Reshape(-1, 16));
    }

    private sealed class StopAfter(long step, CancellationTokenSource stop) : IProgress<TrainingProgress>
    {
        public void Report(TrainingProgress value)
        {
            if (value.Step == step)
            {
                stop.Cancel();
            }
        }
    }
}
