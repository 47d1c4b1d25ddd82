using Limpid.Diffusion;
using Limpid.Diffusion.Networks;
using Limpid.Tests.Support;
using Limpid.Torch;
using Limpid.Torch.Layers;

namespace Limpid.Tests.Diffusion;

public sealed class PublishedNetworkTests
{
    // The manifests' tolerances: 20 times the difference between two back-ends of the reference itself.
    [SharedTheory]
    [InlineData("score_sde_ddpmpp_vp", "score_sde_ddpmpp_vp", 5.25e-5, 1.03e-4)]
    [InlineData("score_sde_ncsnpp_vp", "score_sde_ncsnpp_vp", 2.74e-5, 6.08e-5)]
    [InlineData("ho_ddpm", "ho_ddpm", 5.25e-5, 9.83e-5)]
    [InlineData("ho_ddpm_svhn", "ho_ddpm", 4.53e-5, 7.15e-5)]
    public void The_network_gives_the_reference_output_and_gradient(string name, string weights, double outputTolerance, double gradientTolerance)
    {
        using var scope = TensorScope.Begin();
        using var network = TinyNetworks.Make(weights);
        var io = new Golden($"networks/{name}.io");
        var x = io["input.x"].AsVariable();

        var output = ((INoisePredictor)network).PredictNoise(x, io.Doubles("input.t"));

        Golden.Difference(output, io["output"]).ShouldBeLessThan(outputTolerance);
        Golden.Difference(Gradient.Of(output, x, io["fixed"]), io["gradient.x"]).ShouldBeLessThan(gradientTolerance);
    }

    [SharedTheory]
    [InlineData("score_sde_ncsnpp_fourier", 3.6e-3, 4.43e-3)]
    [InlineData("score_sde_ddpm_blocks", 4.77e-5, 7.37e-5)]
    public void Other_networks_of_score_sde_give_the_reference_output_and_gradient(string name, double outputTolerance, double gradientTolerance)
    {
        using var scope = TensorScope.Begin();
        using var network = (ScoreSdeUNet)TinyNetworks.Make(name);
        var io = new Golden($"networks/{name}.io");
        var x = io["input.x"].AsVariable();

        var output = network.Forward(x, io.Doubles("input.t"));

        Golden.Difference(output, io["output"]).ShouldBeLessThan(outputTolerance);
        Golden.Difference(Gradient.Of(output, x, io["fixed"]), io["gradient.x"]).ShouldBeLessThan(gradientTolerance);
    }

    [SharedTheory]
    [InlineData("edm", "edm_edmprecond_ddpmpp", 3.5e-5, 6.66e-5)]
    [InlineData("edm-vp", "edm_vpprecond_ddpmpp", 1.83e-3, 7.87e-5)]
    [InlineData("edm-ve", "edm_veprecond_ncsnpp", 1.72e-3, 9.08e-5)]
    public void A_network_of_EDM_is_built_as_its_file_says_and_gives_the_reference_output_and_gradient(string family, string name, double outputTolerance, double gradientTolerance)
    {
        using var scope = TensorScope.Begin();
        using var opened = KnownDenoisers.Open($"{family}={SharedData.Path($"golden/networks/{name}.weights.safetensors")}");
        var denoiser = new EdmDenoiser((EdmUNet)opened.Network, family switch { "edm-vp" => EdmPreconditioning.VariancePreserving, "edm-ve" => EdmPreconditioning.VarianceExploding, _ => EdmPreconditioning.Edm });
        var io = new Golden($"networks/{name}.io");
        var x = io["input.x"].AsVariable();

        var output = denoiser.Denoise(x, io.Doubles("input.sigma"), io.Contains("input.class_labels") ? io["input.class_labels"] : null);

        Golden.Difference(output, io["output"]).ShouldBeLessThan(outputTolerance);
        Golden.Difference(Gradient.Of(output, x, io["fixed"]), io["gradient.x"]).ShouldBeLessThan(gradientTolerance);
    }

    [SharedFact]
    public void A_network_of_EDM_predicts_the_noise_that_its_denoised_image_leaves()
    {
        using var scope = TensorScope.Begin();
        using var opened = KnownDenoisers.Open($"edm={SharedData.Path("golden/networks/edm_edmprecond_ddpmpp.weights.safetensors")}");
        var x = new Golden("networks/edm_edmprecond_ddpmpp.io")["input.x"];
        double alphaBar = NoiseSchedule.Linear1000.AlphaBar(new StepIndex(99)), sigma = Math.Sqrt((1 / alphaBar) - 1);

        var noise = opened.PredictNoise(x, [99, 99, 99, 99]);
        var clean = new EdmDenoiser((EdmUNet)opened.Network, EdmPreconditioning.Edm).Denoise(x / Math.Sqrt(alphaBar), [sigma, sigma, sigma, sigma]);
        var later = opened.Continuous.PredictNoise(x, [99.9, 99.9, 99.9, 99.9]);

        Golden.Difference((clean * Math.Sqrt(alphaBar)) + (noise * Math.Sqrt(1 - alphaBar)), x).ShouldBeLessThan(1e-4);
        Golden.Difference(later, DenoiserNoisePredictor.Continuous(new EdmDenoiser((EdmUNet)opened.Network, EdmPreconditioning.Edm)).PredictNoise(x, [99.9, 99.9, 99.9, 99.9])).ShouldBe(0);
    }

    [Fact]
    public void The_published_sizes_have_their_published_number_of_parameters()
    {
        using (var ho = new HoUNet())
        {
            ho.ParameterCount.ShouldBe(35_746_307);
        }
        using (var edm = new EdmUNet())
        {
            edm.ParameterCount.ShouldBe(55_733_891);
        }
        using (var same = new EdmUNet(new EdmUNetOptions { ChannelMultipliers = [1, 2, 2, 2], ResBlocks = 8, AugmentCount = 0 }))
        {
            same.ParameterCount.ShouldBe(106_632_579);
        }
        using var score = new ScoreSdeUNet();
        score.ParameterCount.ShouldBe(106_632_579);
        score.NamedParameters().Count(p => !p.Parameter.IsBuffer).ShouldBe(956);
    }

    [Fact]
    public void A_fingerprint_tells_weights_apart()
    {
        using var a = new Linear(3, 2);
        using var b = new Linear(3, 2);
        a.Initialize(1);
        b.Initialize(1);
        NetworkFingerprint.Of(a).ShouldBe(NetworkFingerprint.Of(b));
        b.Initialize(2);
        NetworkFingerprint.Of(a).ShouldNotBe(NetworkFingerprint.Of(b));
    }
}
