using Limpid.Classifiers;
using Limpid.Diffusion;
using Limpid.Tests.Data;
using Limpid.Torch;
using Limpid.Torch.Layers;
using Limpid.Torch.Weights;
using Limpid.Training;

namespace Limpid.Tests.Training;

public class TrainingLoopTests
{
    private static readonly DiffusionTrainingOptions Tiny = new()
    {
        Network = new() { ModelChannels = 32, ChannelMultipliers = [1], ResBlocks = 1, AttentionFactors = [], Heads = 1, Dropout = 0.1 },
        Optimization = new() { BatchSize = 4, WarmUpSteps = 2 },
        Budget = new() { Images = 24 },
        HeldOut = 4,
        Seed = 3,
    };

    [Fact]
    public void A_training_stopped_and_resumed_ends_in_the_same_weights_bit_for_bit()
    {
        using var folder = new TemporaryFolder();
        var data = TinyData.Halves(20);
        string whole = Path.Combine(folder.Path, "whole"), broken = Path.Combine(folder.Path, "broken");
        new DiffusionTraining(Tiny, whole).Run(data);
        using var stop = new CancellationTokenSource();

        Should.Throw<OperationCanceledException>(() => new DiffusionTraining(Tiny, broken).Run(data, new Watcher(p => { if (p.Step == 3) { stop.Cancel(); } }), stop.Token));
        new DiffusionTraining(Tiny, broken).Run(data);

        var expected = SafetensorsFile.Read(Path.Combine(whole, "weights.safetensors"));
        var found = SafetensorsFile.Read(Path.Combine(broken, "weights.safetensors"));
        found.Names.ShouldBe(expected.Names);
        foreach (string name in expected.Names)
        {
            found[name].Data.Span.SequenceEqual(expected[name].Data.Span).ShouldBeTrue(name);
        }
    }

    [Fact]
    public void A_finished_training_leaves_a_network_that_opens_a_card_and_pictures()
    {
        using var folder = new TemporaryFolder();

        var losses = new DiffusionTraining(Tiny, folder.Path).Run(TinyData.Halves(20));

        losses.Count.ShouldBe(7);
        using var network = KnownDenoisers.Open(Path.Combine(folder.Path, "weights.safetensors"));
        File.ReadAllText(Path.Combine(folder.Path, "card.md")).ShouldContain("24 images seen");
        File.Exists(Path.Combine(folder.Path, "denoised.png")).ShouldBeTrue();
        File.Exists(Path.Combine(folder.Path, "samples.png")).ShouldBeTrue();
    }

    [Fact]
    public void A_training_goes_on_from_the_weights_of_another()
    {
        using var folder = new TemporaryFolder();
        var data = TinyData.Halves(20);
        string first = Path.Combine(folder.Path, "first"), second = Path.Combine(folder.Path, "second");
        new DiffusionTraining(Tiny, first).Run(data);
        string weights = Path.Combine(first, "weights.safetensors");
        var still = Tiny with { Start = weights, Budget = new() { Images = 4 }, Optimization = Tiny.Optimization with { LearningRate = 1e-12, AverageDecay = 0 } };

        new DiffusionTraining(still, second).Run(data);

        var expected = SafetensorsFile.Read(weights);
        var found = SafetensorsFile.Read(Path.Combine(second, "weights.safetensors"));
        foreach (string name in expected.Names)
        {
            found[name].ToFloats().Zip(expected[name].ToFloats(), (a, b) => Math.Abs(a - b)).Max().ShouldBeLessThan(1e-6f, name);
        }
        File.ReadAllText(Path.Combine(second, "card.md")).ShouldContain("started from the weights of weights.safetensors");
    }

    [Fact]
    public void A_start_of_another_shape_is_refused()
    {
        using var folder = new TemporaryFolder();
        var data = TinyData.Halves(20);
        new DiffusionTraining(Tiny, folder.Path).Run(data);
        var wider = Tiny with { Start = Path.Combine(folder.Path, "weights.safetensors"), Network = Tiny.Network with { ModelChannels = 64 } };

        Should.Throw<InputException>(() => new DiffusionTraining(wider, Path.Combine(folder.Path, "wider")).Run(data)).Message.ShouldContain("another network");
    }

    [Fact]
    public void A_step_of_the_U_Net_leaves_no_tensors_behind()
    {
        using var folder = new TemporaryFolder();
        var live = new List<long>();

        LiveHandles.Settled();
        new DiffusionTraining(Tiny with { Budget = new() { Images = 80 } }, folder.Path).Run(TinyData.Halves(20), new Watcher(_ => live.Add(Engine.LiveTensors)));

        live.Count.ShouldBe(20);
        live.Distinct().Count().ShouldBe(1);
    }

    [Fact]
    public void A_folder_of_another_training_is_refused()
    {
        using var folder = new TemporaryFolder();
        var data = TinyData.Halves(20);
        new DiffusionTraining(Tiny, folder.Path).Run(data);

        var other = new DiffusionTraining(Tiny with { Seed = 4 }, folder.Path);

        Should.Throw<InputException>(() => other.Run(data)).Message.ShouldContain("other settings");
    }

    [Fact]
    public void A_second_training_in_a_folder_is_refused_while_the_first_one_runs()
    {
        using var folder = new TemporaryFolder();
        var data = TinyData.Halves(20);
        string? message = null;

        new DiffusionTraining(Tiny, folder.Path).Run(data, new Watcher(p =>
            message ??= Should.Throw<InputException>(() => new DiffusionTraining(Tiny, folder.Path).Run(data)).Message));

        message.ShouldNotBeNull().ShouldContain("another process is at work in this folder");
        new DiffusionTraining(Tiny, folder.Path).Run(data).ShouldNotBeEmpty();
    }

    [Fact]
    public void Test_images_are_refused()
    {
        using var folder = new TemporaryFolder();

        Should.Throw<InputException>(() => new DiffusionTraining(Tiny, folder.Path).Run(TinyData.Halves(20, "halves:test[0..19]"))).Message.ShouldContain("are test images");
    }

    [Fact]
    public void A_loss_that_is_no_number_ends_the_training_with_the_step()
    {
        using var folder = new TemporaryFolder();
        using var network = new Linear(64, 2);
        var loop = Loop(folder, network, new Objective(_ => network.Weight.Value.Sum() * double.NaN), images: 100);

        Should.Throw<TrainingDivergedException>(() => loop.Run()).Message.ShouldStartWith("the loss is NaN at step 0");
    }

    [Fact]
    public void The_loss_falls_and_memory_stays_where_it_was()
    {
        using var folder = new TemporaryFolder();
        using var network = new Linear(64, 2);
        network.Initialize(1);
        var live = new List<long>();
        var losses = new List<double>();
        var objective = new Objective(batch => Functional.CrossEntropy(network.Forward(batch.Images.Reshape(-1, 64)), batch.Labels).Mean());
        var loop = Loop(folder, network, objective, images: 200 * 4, new Watcher(p =>
        {
            live.Add(Engine.LiveTensors);
            losses.Add(p.Loss);
        }));

        LiveHandles.Settled();
        loop.Run();

        live.Count.ShouldBe(200);
        live.Distinct().Count().ShouldBe(1);
        losses[^1].ShouldBeLessThan(losses[0] / 2);
    }

    // With decay 0 the average is the present weights, so the copy is what a shorter training ends with.
    [Theory]
    [InlineData(3, 3)]
    [InlineData(2, 4)]
    [InlineData(9, 0)]
    public void A_lagged_copy_holds_the_average_of_the_last_refresh(int every, int step)
    {
        using var folder = new TemporaryFolder();
        using var shorter = new Linear(64, 2);
        using var network = new Linear(64, 2);
        using var copy = new Linear(64, 2);
        float[] Trained(Linear trained, int steps, LaggedCopy? lagged)
        {
            trained.Initialize(1);
            new TrainingLoop(
                trained,
                new Objective(batch => Functional.CrossEntropy(trained.Forward(batch.Images.Reshape(-1, 64)), batch.Labels).Mean()),
                new TrainingBatches(TinyData.Halves(16), 16, 4, 1, new Augmentation()),
                new OptimizationOptions { BatchSize = 4, WarmUpSteps = 0, LearningRate = 0.01, Schedule = "constant", AverageDecay = 0 },
                new TrainingBudget { Images = 4 * steps })
            {
                CheckpointPath = Path.Combine(folder.Path, $"{steps}.safetensors"), Recipe = "test", Lagged = lagged,
            }.Run();
            return trained.Weight.Value.ToFloats();
        }

        float[] expected = step == 0 ? Initial() : Trained(shorter, step, null);
        Trained(network, 5, new LaggedCopy(copy, every)).ShouldNotBe(expected);

        copy.Weight.Value.ToFloats().ShouldBe(expected);
        float[] Initial()
        {
            shorter.Initialize(1);
            return shorter.Weight.Value.ToFloats();
        }
    }

    [Fact]
    public void A_classifier_learns_to_tell_two_classes_and_its_file_opens()
    {
        using var folder = new TemporaryFolder();
        var options = new ClassifierTrainingOptions
        {
            Architecture = "plain-cnn-8",
            Optimization = new() { BatchSize = 8, WarmUpSteps = 0, LearningRate = 0.01, AverageDecay = 0.5 },
            Budget = new() { Images = 320 },
            Flips = false,
            Shift = 1,
            LabelSmoothing = 0.1,
            HeldOut = 20,
        };

        var report = new ClassifierTraining(options, folder.Path).Run(TinyData.Halves(100, channels: 3));

        report.Clean.Value.ShouldBe(1);
        report.Robust.ShouldBeNull();
        using var opened = ClassifierFile.Open(Path.Combine(folder.Path, "weights.safetensors"));
        opened.ClassCount.ShouldBe(2);
        File.ReadAllText(Path.Combine(folder.Path, "card.md")).ShouldContain("held out");
    }

    private static TrainingLoop Loop(TemporaryFolder folder, Module network, IBatchObjective objective, long images, IProgress<TrainingProgress>? progress = null) =>
        new(network, objective, new TrainingBatches(TinyData.Halves(16), 16, 4, 1, new Augmentation()),
            new OptimizationOptions { BatchSize = 4, WarmUpSteps = 0, LearningRate = 0.01 }, new TrainingBudget { Images = images })
        {
            CheckpointPath = Path.Combine(folder.Path, "checkpoint.safetensors"),
            Recipe = "test",
            Progress = progress,
        };

    /// <summary>Told at once, on the training's own thread.</summary>
    private sealed class Watcher(Action<TrainingProgress> seen) : IProgress<TrainingProgress>
    {
        public void Report(TrainingProgress value) => seen(value);
    }

    private sealed class Objective(Func<TrainingBatch, Tensor> loss) : IBatchObjective
    {
        public Tensor Loss(TrainingBatch batch) => loss(batch);
    }
}
