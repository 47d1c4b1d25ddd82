using Limpid.Diffusion;
using Limpid.Purification;
using Limpid.Tests.Support;
using Limpid.Torch;
using Limpid.Torch.Noise;

namespace Limpid.Tests.Purification;

public sealed class GdmpTests
{
    [SharedTheory]
    [InlineData("gdmp_mse", Guidance.Mse, 60000, 3, 5)]
    [InlineData("gdmp_none", Guidance.None, 0, 2, 6)]
    [InlineData("gdmp_ssim", Guidance.Ssim, 70000, 2, 5)]
    public void Every_round_gives_the_reference_image(string name, Guidance guidance, double scale, int rounds, int steps)
    {
        using var scope = TensorScope.Begin();
        using var network = TinyNetworks.HoWithWeights();
        var golden = new Golden($"defences/{name}");
        for (int round = 1; round <= rounds; round++)
        {
            var options = new GdmpOptions { Rounds = round, Count = new StepCount(steps), Guidance = guidance, GuideScale = scale, LiteratureBatch = 3 };
            var noise = new RecordedNoise(Draws(golden["noise"], round, steps, guidance != Guidance.None));
            var plan = new Gdmp(network, options).Plan(golden["x"], noise);
            Golden.Difference(Chain.Run(plan, golden["x"], noise), golden["images"].Select(0, round - 1)).ShouldBeLessThan(golden.Tolerance("images"));
            noise.Left.ShouldBe(0);
        }
    }

    [SharedTheory]
    [InlineData("gdmp_imagenet_mse", Guidance.Mse, 1000, 6, "250")]
    [InlineData("gdmp_imagenet_none", Guidance.None, 0, 4, "100")]
    public void The_respaced_and_resized_form_gives_the_reference_image(string name, Guidance guidance, double scale, int steps, string spacing)
    {
        using var scope = TensorScope.Begin();
        using var network = TinyNetworks.GuidedWithWeights();
        var golden = new Golden($"defences/{name}");
        var options = GdmpPresets.ImageNet with
        {
            Count = new StepCount(steps), Guidance = guidance, GuideScale = scale, LiteratureBatch = 2, Schedule = NoiseSchedule.Linear1000.Respace(spacing),
        };
        var noise = new RecordedNoise([.. Enumerable.Range(0, steps).Select(k => golden["noise"].Select(0, k))]);
        var purifier = new ResizedPurifier(new Gdmp(new UNetNoisePredictor(network), options), 24, 24);
        var plan = purifier.Plan(golden["x"], noise);
        Golden.Difference(Chain.Run(plan, golden["x"], noise), golden["images"].Select(0, 0)).ShouldBeLessThan(golden.Tolerance("images"));
    }

    [SharedFact]
    public void Structural_similarity_and_its_gradient_are_those_of_the_reference()
    {
        using var scope = TensorScope.Begin();
        var golden = new Golden("defences/ssim");
        var b = golden["b"].AsVariable();
        var similarity = StructuralSimilarity.PerImage(b, golden["a"]);
        Golden.Difference(similarity, golden["per_image"]).ShouldBeLessThan(1e-6);
        similarity.Mean().Item().ShouldBe(golden["mean"].Item(), 1e-6);
        Golden.Difference(Gradient.Of(similarity.Mean(), b), golden["gradient_b"]).ShouldBeLessThan(1e-6);
    }

    // The paths through the reference and through the inner gradient are those that ordinary evaluations lose.
    [Theory]
    [InlineData(Guidance.Mse, true, false)]
    [InlineData(Guidance.Ssim, true, false)]
    [InlineData(Guidance.Mse, false, true)]
    [InlineData(Guidance.Ssim, false, true)]
    public void The_pullback_is_what_finite_differences_give(Guidance guidance, bool noised, bool resized)
    {
        using var scope = TensorScope.Begin();
        var images = Images(2).To(DType.Float64);
        var direction = new KeyedNoise(5, Keys(2)).Normal(NoisePurpose.AttackStart, 0, [3, 4, 4]).To(DType.Float64);
        IPurifier purifier = Purifier(guidance, 20000, new GivenLevel(4, 2), noised);
        if (resized)
        {
            purifier = new ResizedPurifier(purifier, 6, 6);
        }
        var plan = purifier.Plan(images, Noise(2));
        using var trace = Chain.Trace(plan, images, Noise(2));
        double slope = (trace.Pullback(trace.Output) * direction).Sum().Item(); // of ½‖output‖²

        const double H = 1e-6;
        double difference = (Half(direction * H) - Half(direction * -H)) / (2 * H);
        difference.ShouldBe(slope, Math.Abs(slope) * 1e-5);

        double Half(Tensor change) => Chain.Run(plan, images + change, Noise(2)).Square().Sum().Item() / 2;
    }

    [Theory]
    [InlineData(Guidance.Mse)]
    [InlineData(Guidance.Ssim)]
    public void A_result_does_not_depend_on_the_rest_of_the_batch(Guidance guidance)
    {
        using var scope = TensorScope.Begin();
        var images = Images(3);
        int[] levels = [4, 0, 7];
        var together = Run(Purifier(guidance, 60000, new GivenLevel(levels)), images, Noise(3));
        for (int row = 0; row < 3; row++)
        {
            var alone = Run(Purifier(guidance, 60000, new GivenLevel(levels[row])), images.Rows([row]), Noise(3).Rows([row]));
            Golden.Difference(alone, together.Rows([row])).ShouldBeLessThanOrEqualTo(Batches.Tolerance);
        }
    }

    [Fact]
    public void Guidance_keeps_the_result_near_the_input()
    {
        using var scope = TensorScope.Begin();
        var images = Images(4);
        double free = Distance(Guidance.None, 0), mse = Distance(Guidance.Mse, 60000);
        mse.ShouldBeLessThan(free);

        double Distance(Guidance guidance, double scale) => (Run(Purifier(guidance, scale, SharedLevel.Instance), images, Noise(4)) - images).Square().Sum().Item();
    }

    private static Gdmp Purifier(Guidance guidance, double scale, INoiseLevel level, bool noised = true) =>
        new(new FormulaNetwork(), new GdmpOptions
        {
            Rounds = 2, Count = new StepCount(10), Guidance = guidance, GuideScale = scale, NoisedReference = noised, ClampOutput = false, Variance = ReverseVariance.Learned,
        })
        {
            Level = level,
        };

    private static Tensor Run(IPurifier purifier, Tensor images, INoise noise) => Chain.Run(purifier.Plan(images, noise), images, noise);

    private static Tensor Images(int n) => new KeyedNoise(1, Keys(n)).Uniform(NoisePurpose.Training, 0, [3, 4, 4]);

    private static KeyedNoise Noise(int n) => new(2, Keys(n));

    private static SampleKey[] Keys(int n) => [.. Enumerable.Range(0, n).Select(i => new SampleKey(i))];

    // A round: one draw to noise the image, then per step one for the target where there is guidance and one for the step;
    // the last step's is multiplied by zero and never asked for.
    private static IEnumerable<Tensor> Draws(Tensor recorded, int rounds, int steps, bool guided)
    {
        int next = 0;
        for (int round = 0; round < rounds; round++)
        {
            yield return recorded.Select(0, next++);
            for (int k = 0; k < steps; k++)
            {
                if (guided)
                {
                    yield return recorded.Select(0, next++);
                }
                if (k < steps - 1)
                {
                    yield return recorded.Select(0, next);
                }
                next++;
            }
        }
    }
}
