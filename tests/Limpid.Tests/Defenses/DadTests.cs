using Limpid.Attacks;
using Limpid.Classifiers;
using Limpid.Classifiers.Networks;
using Limpid.Defenses;
using Limpid.Detection;
using Limpid.Diffusion;
using Limpid.Purification;
using Limpid.Purification.Networks;
using Limpid.Tests.Detection;
using Limpid.Tests.Support;
using Limpid.Torch;
using Limpid.Torch.Layers;
using Limpid.Torch.Noise;
using Limpid.Torch.Weights;

namespace Limpid.Tests.Defenses;

/// <summary>DAD as a whole, against its authors' program and in what must hold of any gate.</summary>
public sealed class DadTests
{
    [SharedTheory]
    [InlineData("dad_above", 0.1997, true)]
    [InlineData("dad_below", 0.6092, false)]
    public void Gate_and_logits_are_the_authors_own(string name, double threshold, bool isCaught)
    {
        using var scope = TensorScope.Begin();
        var golden = new Golden($"defences/{name}");
        using var features = DeepKernelTrainingTests.Features();
        using var classifier = Classifier();
        using var denoiser = Denoiser();
        var kernel = new DeepKernel(golden.Doubles("epsilon")[0], golden.Doubles("sigma0")[0], golden.Doubles("sigma")[0]);
        using var reference = CleanReference.Of(new SemanticFeatures(features), kernel, golden["reference"], Pictures.Noise(0, 6));
        var gate = new BatchGate(reference, new BatchThreshold(threshold));
        var (x, noise) = (golden["x"], new RecordedNoise(golden["noise"]));

        gate.Score(x, noise).Item().ShouldBe(golden.Doubles("statistic")[0], golden.Tolerance("statistic"));
        gate.Judge(x, noise).ShouldAllBe(finding => finding.IsAdversarial == isCaught);
        var defense = Dad.Create(classifier, gate, denoiser);
        Golden.Difference(defense.Target().Logits(x, noise), golden["logits"]).ShouldBeLessThanOrEqualTo(golden.Tolerance("logits"));
        if (isCaught)
        {
            Golden.Difference(DenoiserInput.Noised(x, DenoiserNoise.Rectified, 0.25, noise), golden["noisy"]).ShouldBeLessThan(1e-6);
            Golden.Difference(defense.Purify(x, noise), golden["purified"]).ShouldBeLessThanOrEqualTo(golden.Tolerance("purified"));
        }
        else
        {
            Golden.Difference(defense.Purify(x, noise), x).ShouldBeLessThan(1e-6);
        }
    }

    [Fact]
    public void Only_images_that_the_gate_catches_are_purified()
    {
        using var scope = TensorScope.Begin();
        using var reference = Pictures.Reference();
        var images = Tensor.Concat([Pictures.Of(3, 2), Pictures.Of(4, 2, shift: 0.3)]);
        var noise = Pictures.Noise(3, 4);
        double[] scores = new SampleGate(reference, new SampleThreshold(0, 0.05, 1)).Score(images, noise).ToDoubles();
        var gate = new SampleGate(reference, new SampleThreshold((scores[..2].Max() + scores[2..].Min()) / 2, 0.05, 1));
        var purifier = new GatedPurifier(gate, new Darker());

        using var plan = purifier.Plan(images, noise);
        var purified = Chain.Run(plan, images, noise);
        using var classifier = new Limpid.Tests.Attacks.LinearClassifier(1, [3, 4, 4], dtype: DType.Float32);
        var findings = new Defense(classifier, purifier) { BatchSize = 3 }.Findings(images, noise)!;

        findings.Select(finding => finding.IsAdversarial).ShouldBe([false, false, true, true]);
        new Defense(classifier).Findings(images, noise).ShouldBeNull();
        Golden.Difference(purified.Slice(0, 0, 2), images.Slice(0, 0, 2)).ShouldBeLessThan(1e-6);
        Golden.Difference(purified.Slice(0, 2, 4), images.Slice(0, 2, 4) * 0.5).ShouldBeLessThan(1e-6);
    }

    [Fact]
    public void An_image_that_passes_a_gated_diffusion_costs_no_network_call()
    {
        using var scope = TensorScope.Begin();
        using var reference = Pictures.Reference();
        var network = new CountingNoisePredictor(new FormulaNetwork());
        var diffusion = new DiffPure(network, new DiffPureOptions { Count = new StepCount(5) });
        var images = Tensor.Concat([Pictures.Of(3, 2), Pictures.Of(4, 1, shift: 0.4)]);
        var noise = Pictures.Noise(3, 3);
        double[] scores = new SampleGate(reference, new SampleThreshold(0)).Score(images, noise).ToDoubles();
        var gate = new SampleGate(reference, new SampleThreshold((scores[..2].Max() + scores[2]) / 2));

        using var plan = new GatedPurifier(gate, diffusion).Plan(images, noise);
        _ = Chain.Run(plan, images, noise);

        network.Images.ShouldBe(5);
        plan.Counts!.Select(count => count.Value).ShouldBe([0, 0, 5]);
    }

    [Fact]
    public void Gradients_are_exact_along_the_branch_that_the_gate_took()
    {
        using var scope = TensorScope.Begin();
        using var reference = Pictures.Reference();
        using var classifier = new Limpid.Tests.Attacks.LinearClassifier(1, [3, 4, 4], dtype: DType.Float32);
        var images = Tensor.Concat([Pictures.Of(3, 2), Pictures.Of(4, 2, shift: 0.3)]);
        var noise = Pictures.Noise(3, 4);
        double[] scores = new SampleGate(reference, new SampleThreshold(0, 0.05, 1)).Score(images, noise).ToDoubles();
        var gate = new SampleGate(reference, new SampleThreshold((scores[..2].Max() + scores[2..].Min()) / 2, 0.05, 1));
        var labels = Tensor.Zeros([4], DType.Int64);

        var gated = new Defense(classifier, new GatedPurifier(gate, new Darker())).Target().LossAndGradient(images, labels, AttackLosses.Margin, noise).Gradient;
        var bare = new ClassifierTarget(classifier).LossAndGradient(images, labels, AttackLosses.Margin, noise).Gradient;

        Golden.Difference(gated.Slice(0, 0, 2), bare.Slice(0, 0, 2)).ShouldBeLessThan(1e-5);
        Golden.Difference(gated.Slice(0, 2, 4), bare.Slice(0, 2, 4) * 0.5).ShouldBeLessThan(1e-5);
    }

    [Theory]
    [InlineData(DetectorTerm.Raise, 1)]
    [InlineData(DetectorTerm.Evade, -1)]
    [InlineData(DetectorTerm.Pass, -1)]
    public void An_adaptive_attack_moves_the_score_the_way_it_wants(DetectorTerm term, int direction)
    {
        using var scope = TensorScope.Begin();
        using var reference = Pictures.Reference();
        using var classifier = new Limpid.Tests.Attacks.LinearClassifier(1, [3, 4, 4], dtype: DType.Float32);
        var gate = new BatchGate(reference);
        var (images, noise) = (Pictures.Of(3, 10, shift: 0.1), Pictures.Noise(3, 10));
        var target = new DetectorAwareTarget(new ClassifierTarget(classifier), gate) { Term = term };
        var attack = new Pgd(new Threat(ThreatNorm.Linf, 0.03)) { Steps = 5, RandomStart = false };

        var found = attack.Run(target, images, Tensor.Zeros([10], DType.Int64), noise).Adversarial;

        double moved = gate.Score(found, noise).Item() - gate.Score(images, noise).Item();
        (moved * direction).ShouldBeGreaterThan(0.001);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void The_gradient_of_a_detector_aware_loss_is_that_of_finite_differences(bool wholeBatch)
    {
        using var scope = TensorScope.Begin();
        using var reference = Pictures.Reference();
        using var classifier = new Limpid.Tests.Attacks.LinearClassifier(1, [3, 4, 4], dtype: DType.Float32);
        IDetector gate = wholeBatch ? new BatchGate(reference) : new SampleGate(reference, new SampleThreshold(0.5, 0.05, 1));
        var noise = Pictures.Noise(3, 4);
        var images = Pictures.Of(3, 4, shift: 0.1);
        var labels = Tensor.Zeros([4], DType.Int64);
        var soft = new SoftGateTarget(classifier, gate, new Darker()) { Temperature = 2 };
        foreach (ITarget target in new ITarget[] { new DetectorAwareTarget(new ClassifierTarget(classifier), gate), soft })
        {
            using var inner = TensorScope.Begin();
            var gradient = target.LossAndGradient(images, labels, AttackLosses.Margin, noise).Gradient;
            var direction = gradient.Sign();
            const double h = 2e-3;
            double Loss(Tensor at) => target.LossAndGradient(at, labels, AttackLosses.Margin, noise).Loss.Sum().Item();
            double slope = (gradient * direction).Sum().Item();
            slope.ShouldBe((Loss(images + direction * h) - Loss(images - direction * h)) / (2 * h), Math.Abs(slope) * 0.03);
        }
    }

    [Fact]
    public void A_denoiser_comes_back_from_its_file_as_it_was()
    {
        using var scope = TensorScope.Begin();
        using var folder = new Limpid.Tests.Data.TemporaryFolder();
        string path = Path.Combine(folder.Path, "denoiser.safetensors");
        using var network = new DadDenoiser(DadDenoiserOptions.Small with { Noise = DenoiserNoise.Rectified, Deviation = 0.1 });
        network.Initialize(3);
        network.NamedParameters().Single(p => p.Name == "final.weight").Parameter.Assign(Tensor.Full([3, 16, 1, 1], 0.1)); // zero at first
        DadDenoiserFile.Save(network, path);

        using var read = DadDenoiserFile.Open(path);

        read.Options.Noise.ShouldBe(DenoiserNoise.Rectified);
        read.Options.Deviation.ShouldBe(0.1);
        read.IsTraining.ShouldBeFalse();
        var images = Pictures.Of(1, 2);
        Golden.Difference(read.Forward(images), network.Forward(images)).ShouldBe(0);
        Should.Throw<InputException>(() => DadDenoiserFile.Open(SharedOrMissing(folder))).Message.ShouldContain("missing");
    }

    [Fact]
    public void Both_noises_have_their_moments()
    {
        using var scope = TensorScope.Begin();
        var gray = Tensor.Full([20, 3, 16, 16], 0.0);
        var noise = Pictures.Noise(8, 20);
        DenoiserInput.Noised(gray, DenoiserNoise.Rectified, 0.25, noise).Mean().Item().ShouldBe(0.25 / Math.Sqrt(2 * Math.PI), 0.005);
        var middle = DenoiserInput.Noised(gray + 0.5, DenoiserNoise.Gaussian, 0.1, noise) - 0.5;
        middle.Mean().Item().ShouldBe(0, 0.005);
        middle.Square().Mean().Sqrt().Item().ShouldBe(0.1, 0.005);
    }

    private static string SharedOrMissing(Limpid.Tests.Data.TemporaryFolder folder) => Path.Combine(folder.Path, "missing.safetensors");

    private static NetworkClassifier Classifier()
    {
        var network = new WideResNet(WideResNetLayout.Meliketoy, 10, 1);
        network.Load(SafetensorsFile.Read(SharedData.Path("golden/networks/dad_wrn.weights.safetensors")));
        return new NetworkClassifier(network, Normalization.None, ImageShape.Color32);
    }

    private static DadDenoiser Denoiser() => DadDenoiserFile.OpenPublished(
        SharedData.Path("golden/networks/dad_denoiser.weights.safetensors"),
        new DadDenoiserOptions { DownWidths = [16, 16, 32], DownBlocks = [1, 2, 2], UpWidths = [16, 16], UpBlocks = [1, 2] });

    /// <summary>Halves every pixel.</summary>
    private sealed class Darker : IPurifier
    {
        public PurificationPlan Plan(Tensor images, INoise noise, CancellationToken cancellation = default) => new([new Step()], ClampOutput: false);

        private sealed class Step : IChainStep
        {
            public Tensor Apply(Tensor state, Tensor input, INoise noise)
            {
                using var scope = TensorScope.Begin();
                return scope.Return((state + 1) * 0.5 - 1);
            }
        }
    }
}
