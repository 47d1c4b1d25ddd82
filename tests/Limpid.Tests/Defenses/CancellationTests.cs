using Limpid.Attacks;
using Limpid.Classifiers;
using Limpid.Defenses;
using Limpid.Detection;
using Limpid.Detection.Networks;
using Limpid.Diffusion;
using Limpid.Purification;
using Limpid.Tests.Attacks;
using Limpid.Tests.Support;
using Limpid.Torch;
using Limpid.Torch.Noise;

namespace Limpid.Tests.Defenses;

/// <summary>Whoever asks for a stop waits for one network call at most, wherever the work is.</summary>
public sealed class CancellationTests
{
    private const int Images = 4;
    private static readonly long[] shape = [2, 6, 6];
    private static readonly long[] scored = [3, 8, 8];
    private static readonly KeyedNoise noise = new(5, [.. Enumerable.Range(0, Images).Select(i => new SampleKey(i))]);

    // A query of 12 steps asks the network 12 times forward and 12 times backward; 200 calls are deep in the attack.
    [Theory]
    [InlineData(GradientMode.Exact, 1)]
    [InlineData(GradientMode.Exact, 7)]
    [InlineData(GradientMode.Exact, 18)]
    [InlineData(GradientMode.Exact, 200)]
    [InlineData(GradientMode.Bpda, 7)]
    [InlineData(GradientMode.Surrogate, 3)]
    public void An_attack_stops_before_the_next_network_call(GradientMode mode, int after)
    {
        using var classifier = new LinearClassifier(1, shape, dtype: DType.Float32);
        using var stop = new CancellationTokenSource();
        var network = new StoppingNetwork(stop, after);
        var purifier = new DiffPure(network, new DiffPureOptions { Count = new StepCount(12) });
        var defense = new Defense(classifier, purifier) { Surrogate = purifier.Surrogate(4), BatchSize = 2 };
        var attack = new Pgd(KnownThreats.Cifar10Linf) { Steps = 20, Samples = 3 };

        Attacked(attack, defense.Target(mode, stop.Token), stop.Token).ShouldThrow<OperationCanceledException>();

        network.Calls.ShouldBe(after);
    }

    [Fact]
    public void A_stop_while_levels_are_measured_does_not_wait_for_them()
    {
        using var classifier = new LinearClassifier(1, shape, dtype: DType.Float32);
        using var stop = new CancellationTokenSource();
        var network = new StoppingNetwork(stop, 2);
        var score = new ExpectedPerturbationScore(network) { MaxBatch = 1 };
        var clean = new ScoreNormStatistics(1, 0, 2, 1, 4, 20, shape, "f00d");
        var defense = new Defense(classifier, new DiffPure(network) { Level = new ScoreNormLevel(score, clean) });

        Should.Throw<OperationCanceledException>(() => Pixels(() => defense.Predict(Some(), noise, stop.Token)));

        network.Calls.ShouldBe(2);
    }

    [Fact]
    public void A_judgement_by_scores_stops_before_the_next_network_call()
    {
        using var classifier = new LinearClassifier(1, scored, dtype: DType.Float32);
        using var stop = new CancellationTokenSource();
        using var featurizer = new StridedFeaturizer(size: 8, blocks: 1, features: 4);
        var network = new StoppingNetwork(stop, 2);
        var view = new ScoreFeatures(new ExpectedPerturbationScore(network) { MaxBatch = 1 }.Vector, featurizer, "stopping/20");
        using var scope = TensorScope.Begin();
        using var reference = new CleanReference(view, new DeepKernel(0.1, 1, 1), new Represented(Tensor.Zeros([2, 4]), Tensor.Zeros([2, 3, 8, 8])), new ImageShape(3, 8, 8));
        var defense = new Defense(classifier, new GatedPurifier(new SampleGate(reference, new SampleThreshold(1)), new ToyPurifier(quantizes: false)));

        Should.Throw<OperationCanceledException>(() => Pixels(() => defense.Findings(noise.Uniform(NoisePurpose.Training, 0, scored), noise, stop.Token)!));

        network.Calls.ShouldBe(2);
    }

    [Fact]
    public void A_stopped_query_leaves_no_tensor_behind()
    {
        using var classifier = new LinearClassifier(1, shape, dtype: DType.Float32);
        using var stop = new CancellationTokenSource();
        var defense = new Defense(classifier, new DiffPure(new StoppingNetwork(stop, 7), new DiffPureOptions { Count = new StepCount(12) }));
        long before = LiveHandles.Settled();

        Attacked(new Pgd(KnownThreats.Cifar10Linf), defense.Target(GradientMode.Exact, stop.Token), stop.Token).ShouldThrow<OperationCanceledException>();

        Engine.LiveTensors.ShouldBe(before);
    }

    [Fact]
    public void A_bare_classifier_stops_between_two_batches()
    {
        using var classifier = new LinearClassifier(1, shape, dtype: DType.Float32);
        using var stop = new CancellationTokenSource();
        var target = new ChunkedTarget(new StoppingTarget(new ClassifierTarget(classifier), stop), 1) { Cancellation = stop.Token };

        Should.Throw<OperationCanceledException>(() => Pixels(() => target.Logits(Some(), noise)));
    }

    private static Action Attacked(IAttack attack, ITarget target, CancellationToken stop) =>
        () => Pixels(() => attack.Run(target, Some(), Tensor.From([0L, 1, 0, 1], Images), noise, stop));

    private static void Pixels(Func<object> work)
    {
        using var scope = TensorScope.Begin();
        _ = work();
    }

    private static Tensor Some() => noise.Uniform(NoisePurpose.Training, 0, shape);

    /// <summary>Asks for a stop during a call, as a signal would that comes while the network works.</summary>
    private sealed class StoppingNetwork(CancellationTokenSource stop, int after) : INoisePredictor
    {
        private readonly FormulaNetwork formula = new();

        public int Calls { get; private set; }

        public Tensor PredictNoise(Tensor diffused, ReadOnlySpan<double> timesteps)
        {
            if (++Calls == after)
            {
                stop.Cancel();
            }
            return formula.PredictNoise(diffused, timesteps);
        }
    }

    private sealed class StoppingTarget(ITarget inner, CancellationTokenSource stop) : ITarget
    {
        public Tensor Logits(Tensor images, INoise noise)
        {
            stop.Cancel();
            return inner.Logits(images, noise);
        }

        public TargetGradient LossAndGradient(Tensor images, Tensor labels, SampleLoss loss, INoise noise) =>
            throw new InvalidOperationException("no gradient is asked for here");
    }
}
