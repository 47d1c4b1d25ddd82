using System.Text.Json;
using Limpid.Classifiers;
using Limpid.Classifiers.Networks;
using Limpid.Diffusion;
using Limpid.Diffusion.Networks;
using Limpid.Purification;
using Limpid.Purification.Heterogeneous;
using Limpid.Tests.Support;
using Limpid.Torch;
using Limpid.Torch.Layers;

namespace Limpid.Tests.Purification;

/// <summary>Whole runs of the authors' program, with every draw recorded.</summary>
public sealed class HeterogeneousGoldenTests
{
    [SharedTheory]
    [InlineData("hni_wrn_tau05_U10")]
    [InlineData("hni_wrn_tau09_U3")]
    [InlineData("hni_wrn_K100_U2")]
    [InlineData("hni_deepmind_tau07")]
    [InlineData("hni_resnet50_top15")]
    [InlineData("hni_resnet50_constant_maps")]
    public void A_purification_and_its_gradient_equal_the_reference(string name)
    {
        using var scope = TensorScope.Begin();
        var golden = new Golden("defences/" + name);
        using var manifest = JsonDocument.Parse(File.ReadAllText(SharedData.Path($"golden/defences/{name}.json")));
        var root = manifest.RootElement;
        var config = root.GetProperty("config");
        var options = Options(config);
        using var network = TinyNetworks.Make(Weights(root, "diffusion_weights"));
        using var classifier = Classifier(config.GetProperty("classifier_name").GetString()!, Weights(root, "classifier_weights"));
        var counting = new CountingNoisePredictor(Predictor(network));
        var purifier = new HeterogeneousNoise(counting, classifier, options);
        var images = golden["x"];
        var noise = new RecordedNoise(UsedDraws(golden, options));
        using var plan = purifier.Plan(images, noise);

        using var trace = Chain.Trace(plan, images, noise);

        purifier.Mask(images).ToFloats().ShouldBe(golden["mask"].ToFloats());
        counting.Images.ShouldBe(config.GetProperty("network_calls").GetInt32() * images.Size(0));
        noise.Left.ShouldBe(0);
        Golden.Difference(trace.Output, golden["purified"]).ShouldBeLessThan(golden.Tolerance("purified"));
        // The reference's gradient is that of the unclamped output in [−1,1]: clamping aside, half the outer product.
        using var open = Chain.Trace(plan with { ClampOutput = false }, images, noise);
        Golden.Difference((open.Output * 2) - 1, golden["diffusion_output"]).ShouldBeLessThan(golden.Tolerance("diffusion_output"));
        if (golden.Contains("gradient.output"))
        {
            Golden.Difference(open.Pullback(golden["fixed_output"] * 2), golden["gradient.output"]).ShouldBeLessThan(golden.Tolerance("gradient.output"));
        }
    }

    private static HeterogeneousOptions Options(JsonElement config)
    {
        bool top = config.GetProperty("is_imagenet").GetBoolean();
        return new HeterogeneousOptions
        {
            HighLevel = config.GetProperty("strength_l").GetDouble(),
            LowLevel = config.GetProperty("strength_s").GetDouble(),
            GridPoints = config.GetProperty("ddim_steps").GetInt32(),
            ResamplingSteps = config.GetProperty("forward_noise_steps").GetInt32(),
            Threshold = config.GetProperty("threshold").GetDouble(),
            TopShare = top ? config.GetProperty("threshold_percent").GetDouble() : null,
            PublishedMaskInput = true,
        };
    }

    // The authors' program draws noise for every jump although η = 0 multiplies it away; we do not ask for it.
    private static IEnumerable<Tensor> UsedDraws(Golden golden, HeterogeneousOptions options)
    {
        int[] grid = [.. golden.Ints("timesteps").OrderDescending()];
        int at = 0;
        yield return golden["noise"].Select(0, at++);
        foreach (int next in grid.Skip(1))
        {
            if (next >= 1000 * options.LowLevel)
            {
                for (int k = 0; k <= options.ResamplingSteps; k++)
                {
                    yield return golden["noise"].Select(0, at++);
                }
            }
            at++;
        }
    }

    private static NetworkClassifier Classifier(string name, string weights)
    {
        (ClassifierNetwork network, Normalization normalization) = name switch
        {
            "WideResNet28-10" => ((ClassifierNetwork)new WideResNet(WideResNetLayout.RobustBench, 10, 1), Normalization.None),
            "WideResNet70-16" => (new WideResNet(WideResNetLayout.DeepMind, 10, 1), Normalization.Cifar10),
            _ => (new ResNet(ResNetLayout.TorchVision50 with { Blocks = [1, 2, 1, 1], StemWidth = 8, Widths = [8, 16, 32, 64] }, classes: 12), Normalization.None),
        };
        Golden.Load(network, weights);
        return new NetworkClassifier(network, normalization, new ImageShape(3, 32, 32));
    }

    private static INoisePredictor Predictor(Module network) => network is GuidedUNet guided ? new UNetNoisePredictor(guided) : (INoisePredictor)network;

    private static string Weights(JsonElement root, string property) => Path.GetFileName(root.GetProperty(property).GetString()!).Replace(".weights.safetensors", "", StringComparison.Ordinal);
}
