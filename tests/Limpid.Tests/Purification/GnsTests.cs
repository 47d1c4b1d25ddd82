using Limpid.Classifiers;
using Limpid.Classifiers.Networks;
using Limpid.Diffusion;
using Limpid.Diffusion.Networks;
using Limpid.Purification;
using Limpid.Tests.Support;
using Limpid.Torch;
using Limpid.Torch.Noise;

namespace Limpid.Tests.Purification;

public sealed class GnsTests
{
    [SharedTheory]
    [InlineData("gns_attack_ddpm", "ho_ddpm", 1, new[] { 30, 50, 125 }, new[] { 1, 1, 5 })]
    [InlineData("gns_defence_ddpm", "ho_ddpm", 1, new[] { 30, 30, 50, 80 }, new[] { 6, 6, 5, 4 })]
    [InlineData("gns_ddim", "ho_ddpm", 0, new[] { 30, 200 }, new[] { 3, 5 })]
    [InlineData("gns_imagenet", "guided_unet_a", 1, new[] { 30, 200 }, new[] { 1, 5 })]
    public void A_whole_chain_gives_the_reference_images_logits_and_gradient(string name, string weights, double eta, int[] counts, int[] calls)
    {
        using var scope = TensorScope.Begin();
        using var network = TinyNetworks.Make(weights);
        using var resnet = new CifarResNet(20);
        Golden.Load(resnet, "resnet20_akamaster");
        var golden = new Golden($"defences/{name}");
        var predictor = network as INoisePredictor ?? new UNetNoisePredictor((GuidedUNet)network);
        var runs = counts.Zip(calls, (count, m) => new GnsRun(new StepCount(count), m)).ToList();
        var noise = new RecordedNoise(Draws(golden["noise"], eta, calls));
        var plan = new Gns(predictor, new GnsOptions { Runs = runs, Eta = eta }).Plan(golden["x"], noise);

        using var trace = Chain.Trace(plan, golden["x"], noise);
        Golden.Difference(trace.Output, golden["purified"]).ShouldBeLessThan(golden.Tolerance("purified"));
        noise.Left.ShouldBe(0);

        var purified = trace.Output.AsVariable();
        var logits = new NetworkClassifier(resnet, Normalization.None, new ImageShape(3, 16, 16)).Logits(purified);
        Golden.Difference(logits, golden["logits"]).ShouldBeLessThan(golden.Tolerance("logits"));
        var gradient = trace.Pullback(Gradient.Of(logits, purified, golden["fixed_logits"]));
        Golden.Difference(gradient, golden["gradient.logits"]).ShouldBeLessThan(golden.Tolerance("gradient.logits"));
    }

    [Fact]
    public void The_defense_costs_470_calls_and_its_surrogate_7()
    {
        Cost(GnsPresets.Cifar10).ShouldBe(470);
        Cost(GnsPresets.Cifar10Surrogate).ShouldBe(7);

        static long Cost(GnsOptions options)
        {
            using var scope = TensorScope.Begin();
            var counter = new CountingNoisePredictor(new FormulaNetwork());
            var noise = new KeyedNoise(1, [new SampleKey(0)]);
            var image = noise.Uniform(NoisePurpose.Training, 0, [3, 4, 4]);
            _ = Chain.Run(new Gns(counter, options).Plan(image, noise), image, noise);
            return counter.Images;
        }
    }

    [Fact]
    public void Runs_of_equal_length_do_not_share_their_noise()
    {
        using var scope = TensorScope.Begin();
        var noise = new KeyedNoise(1, [new SampleKey(0)]);
        var state = noise.Uniform(NoisePurpose.Training, 0, [3, 4, 4]);
        var plan = new Gns(new FormulaNetwork(), new GnsOptions { Runs = [new(new StepCount(5), 1), new(new StepCount(5), 1)] }).Plan(state, noise);
        Golden.Difference(plan.Steps[0].Apply(state, state, noise), plan.Steps[2].Apply(state, state, noise)).ShouldBeGreaterThan(0.01);
    }

    // The reference draws noise for every jump; those with coefficient 0 are never asked for here.
    private static IEnumerable<Tensor> Draws(Tensor recorded, double eta, int[] calls)
    {
        int next = 0;
        foreach (int m in calls)
        {
            for (int k = 0; k <= m; k++, next++)
            {
                if (k == 0 || (k < m && eta > 0))
                {
                    yield return recorded.Select(0, next);
                }
            }
        }
    }
}
