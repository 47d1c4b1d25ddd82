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

    [Fact]
    public void The_published_sizes_have_their_published_number_of_parameters()
    {
        using (var ho = new HoUNet())
        {
            ho.ParameterCount.ShouldBe(35_746_307);
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
