using Limpid.Classifiers;
using Limpid.Diffusion;
using Limpid.Purification;
using Limpid.Purification.Heterogeneous;
using Limpid.Purification.Networks;
using Limpid.Purification.ReverseAdversarial;
using Limpid.Tests.Support;
using Limpid.Torch;
using Limpid.Torch.Noise;

namespace Limpid.Tests.Purification;

/// <summary>What every purifier must bear: an image of nothing, and a level that the schedule does not have.</summary>
public sealed class EdgeCaseTests : IDisposable
{
    private static readonly KeyedNoise Noise = new(5, [new(0), new(1)]);
    private readonly FormulaNetwork network = new();
    private readonly NetworkClassifier classifier = ClassifierFile.Create("plain-cnn-8");
    private readonly RapAdapter adapter = RapAdapterTests.Network(
        new RapAdapterOptions { Width = 8, Multipliers = [1, 2], Heads = 1, HeadWidth = 4 }, new AdversarialProcessOptions { Steps = 2 });

    private readonly DadDenoiser denoiser = new(DadDenoiserOptions.Small);

    public EdgeCaseTests()
    {
        classifier.Network.Initialize(1);
        denoiser.Initialize(1);
    }

    public void Dispose()
    {
        classifier.Dispose();
        adapter.Dispose();
        denoiser.Dispose();
    }

    [Theory]
    [InlineData("diffpure", 0)]
    [InlineData("diffpure-sde", 0)]
    [InlineData("diffpure-learned", 0)]
    [InlineData("ssni", 0)]
    [InlineData("gdmp-mse", 0)]
    [InlineData("gdmp-ssim", 0)]
    [InlineData("gns", 0)]
    [InlineData("langevin", 0)]
    [InlineData("heterogeneous", 0)]
    [InlineData("dad", 0)]
    [InlineData("rap", 0)]
    [InlineData("rap-cold", 0)]
    [InlineData("gdmp-ssim", 1)]
    [InlineData("heterogeneous", 1)]
    public void An_image_of_one_color_is_purified_and_differentiated_without_an_undefined_number(string name, double color)
    {
        using var scope = TensorScope.Begin();
        var images = Tensor.Full([2, 3, 32, 32], color);
        using var plan = Purifier(name).Plan(images, Noise);
        using var trace = Chain.Trace(plan, images, Noise);

        trace.Output.IsFinite().All().ShouldBeTrue();
        trace.Pullback(trace.Output.OnesLike()).IsFinite().All().ShouldBeTrue();
    }

    [Fact]
    public void The_score_norm_of_a_black_image_is_a_number()
    {
        using var scope = TensorScope.Begin();

        new ExpectedPerturbationScore(network).Norms(Tensor.Zeros([2, 3, 32, 32]), Noise).ShouldAllBe(norm => double.IsFinite(norm) && norm > 0);
    }

    [Theory]
    [InlineData(1001)]
    [InlineData(-1)]
    public void A_shared_level_beyond_the_schedule_is_refused_when_the_purifier_is_made(int count)
    {
        var beyond = new StepCount(count);

        Should.Throw<ArgumentOutOfRangeException>(() => new DiffPure(network, new DiffPureOptions { Count = beyond })).Message.ShouldContain("the 1000 steps of the schedule");
        Should.Throw<ArgumentOutOfRangeException>(() => new Gdmp(network, new GdmpOptions { Count = beyond, OneStepMore = false })).Message.ShouldContain("the 1000 steps");
        Should.Throw<ArgumentOutOfRangeException>(() => new Gns(network, new GnsOptions { Runs = [new GnsRun(beyond)] })).Message.ShouldContain("the 1000 steps");
        Should.Throw<ArgumentOutOfRangeException>(() => new Langevin(network, new LangevinOptions { Count = beyond })).Message.ShouldContain("the 1000 steps");
        Should.Throw<InputException>(() => new HeterogeneousNoise(network, classifier, new HeterogeneousOptions { HighLevel = count / 1000.0 })).Message.ShouldContain("must lie between 0 and 1");
    }

    private IPurifier Purifier(string name) => name switch
    {
        "diffpure" => new DiffPure(network, new DiffPureOptions { Calls = 4 }),
        "diffpure-sde" => new DiffPure(network, new DiffPureOptions { Form = ReverseForm.Sde, Count = new StepCount(4) }),
        "diffpure-learned" => new DiffPure(network, new DiffPureOptions { Form = ReverseForm.AncestralLearned, Count = new StepCount(4) }),
        "ssni" => new DiffPure(network, new DiffPureOptions { Calls = 4 }) { Level = Ssni() },
        "gdmp-mse" => new Gdmp(network, new GdmpOptions { Rounds = 2, Count = new StepCount(3) }),
        "gdmp-ssim" => new Gdmp(network, GdmpPresets.Cifar10Ssim with { Rounds = 2, Count = new StepCount(3) }),
        "gns" => new Gns(network, new GnsOptions { Runs = [new GnsRun(new StepCount(3)), new GnsRun(new StepCount(4))] }),
        "langevin" => new Langevin(network, new LangevinOptions { Count = new StepCount(30) }),
        "heterogeneous" => new HeterogeneousNoise(network, classifier, new HeterogeneousOptions { GridPoints = 20 }),
        "dad" => new DenoiserPurifier(denoiser),
        "rap" => new Rap(adapter, classifier),
        "rap-cold" => new Rap(adapter, classifier, RapMode.IterativeCold),
        _ => throw new ArgumentOutOfRangeException(nameof(name), name, "no such purifier"),
    };

    private ScoreNormLevel Ssni() => new(new ExpectedPerturbationScore(network), new ScoreNormStatistics(30, 10, 50, 5, 100, 20, [3, 32, 32], "formula"));
}
