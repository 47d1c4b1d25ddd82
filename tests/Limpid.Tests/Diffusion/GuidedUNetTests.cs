using Limpid.Diffusion.Networks;
using Limpid.Torch;
using Limpid.Torch.Weights;

namespace Limpid.Tests.Diffusion;

public sealed class GuidedUNetTests
{
    // The manifests' tolerances: 20 times the difference between two back-ends of the reference itself.
    [SharedTheory]
    [InlineData("guided_unet_a", 6.44e-5, 2.27e-4)]
    [InlineData("guided_unet_b", 5.36e-5, 2.05e-4)]
    [InlineData("guided_unet_c", 6.79e-5, 2.38e-4)]
    public void The_network_gives_the_reference_output_and_gradient(string name, double outputTolerance, double gradientTolerance)
    {
        using var scope = TensorScope.Begin();
        using var network = new GuidedUNet(Options(name));
        Load(network, SafetensorsFile.Read(SharedData.Path($"golden/networks/{name}.weights.safetensors")));
        var io = SafetensorsFile.Read(SharedData.Path($"golden/networks/{name}.io.safetensors"));
        var x = AsTensor(io["input.x"]).AsVariable();
        var classes = io.Contains("input.y") ? AsTensor(io["input.y"]) : null;

        var output = network.Forward(x, io["input.t"].ToDoubles(), classes);

        Difference(output, AsTensor(io["output"])).ShouldBeLessThan(outputTolerance);
        var gradient = Gradient.Of(output, x, AsTensor(io["fixed"]));
        Difference(gradient, AsTensor(io["gradient.x"])).ShouldBeLessThan(gradientTolerance);
    }

    [Fact]
    public void The_purification_network_has_the_size_that_was_measured()
    {
        using var base64 = new GuidedUNet(new GuidedUNetOptions());
        using var base32 = new GuidedUNet(new GuidedUNetOptions { ModelChannels = 32 });
        base64.ParameterCount.ShouldBe(6_949_187);
        base32.ParameterCount.ShouldBe(1_744_035);
    }

    private static GuidedUNetOptions Options(string name)
    {
        var common = new GuidedUNetOptions { ModelChannels = 32, ResBlocks = 1, ChannelMultipliers = [1, 1], AttentionFactors = [2] };
        return name switch
        {
            "guided_unet_a" => common with { OutChannels = 6, HeadChannels = 16, ResBlockResampling = true },
            "guided_unet_b" => common with { AttentionFactors = [1, 2], Heads = 4, ScaleShiftNorm = false, ClassCount = 10 },
            _ => common with { OutChannels = 6, Heads = 2, HeadsUp = 4, ScaleShiftNorm = false, ResBlockResampling = true, NewAttentionOrder = true },
        };
    }

    private static void Load(GuidedUNet network, StoredTensors weights)
    {
        var names = network.NamedParameters().Select(p => p.Name).ToList();
        names.ShouldBe(weights.Names, ignoreOrder: true);
        foreach (var (name, parameter) in network.NamedParameters())
        {
            parameter.Assign(AsTensor(weights[name]));
        }
    }

    private static Tensor AsTensor(StoredTensor stored) => Tensor.FromBytes(stored.Data.Span, stored.DType, stored.Shape);

    private static double Difference(Tensor a, Tensor b) => (a - b).Abs().Max().Item();
}
