using System.Text.Json;
using Limpid.Detection.Networks;
using Limpid.Purification.Networks;
using Limpid.Tests.Support;
using Limpid.Torch;
using Limpid.Torch.Layers;
using Limpid.Torch.Weights;

namespace Limpid.Tests.Purification;

/// <summary>DAD's denoiser and EPS-AD's featurizer against their authors' outputs and input gradients.</summary>
public sealed class DadDenoiserTests
{
    private static readonly DadDenoiserOptions Reference = new() { DownWidths = [16, 16, 32], DownBlocks = [1, 2, 2], UpWidths = [16, 16], UpBlocks = [1, 2] };

    [SharedFact]
    public void The_denoiser_is_the_authors_own_and_ignores_layers_they_do_not_use()
    {
        using var network = new DadDenoiser(Reference);
        Verify("dad_denoiser", network, network.Forward, network.IsUnused);
    }

    [SharedFact]
    public void The_denoiser_of_bottlenecks_is_the_authors_own()
    {
        using var network = new DadDenoiser(new DadDenoiserOptions { DownWidths = [4, 8], DownBlocks = [1, 2], UpWidths = [4], UpBlocks = [1], IsBottleneck = true });
        Verify("dad_denoiser_bottleneck", network, network.Forward, network.IsUnused);
        network.ParameterCount.ShouldBe(4780);
    }

    [SharedTheory]
    [InlineData("epsad_featuriser", 2, 20)]
    [InlineData("epsad_featuriser_imagenet", 4, 24)]
    public void The_featurizer_is_the_authors_own(string name, int blocks, int features)
    {
        using var network = new StridedFeaturizer(32, blocks, features);
        Verify(name, network, network.Forward, StridedFeaturizer.IsUnused);
    }

    [Fact]
    public void The_default_denoiser_has_the_published_number_of_weights()
    {
        using var network = new DadDenoiser();
        long unused = new DadDenoiserOptions() is var o
            ? o.DownWidths.Zip(o.DownBlocks).Concat(o.UpWidths.Zip(o.UpBlocks)).Sum(level => (long)level.Second * 2 * level.First * (level.First / 16)) : 0;
        (network.ParameterCount + unused).ShouldBe(11_171_200);
    }

    [Theory]
    [InlineData(3, 32, 32)]
    [InlineData(3, 33, 17)]
    [InlineData(1, 28, 28)]
    public void Any_size_of_image_comes_back_in_its_size(int channels, int height, int width)
    {
        using var scope = TensorScope.Begin();
        using var network = new DadDenoiser(DadDenoiserOptions.Small with { Channels = channels });
        network.Initialize(1);
        var images = Tensor.Full([2, channels, height, width], 0.5);
        network.Forward(images).Shape.ToArray().ShouldBe([2, channels, height, width]);
        Should.Throw<InputException>(() => network.Forward(Tensor.Zeros([1, 4 - channels, 32, 32]))).Message.ShouldContain("channels");
    }

    [Fact]
    public void An_untrained_denoiser_is_the_identity()
    {
        using var scope = TensorScope.Begin();
        using var network = new DadDenoiser(DadDenoiserOptions.Small);
        network.Initialize(1);
        var images = Tensor.Full([1, 3, 8, 8], 0.3);
        Golden.Difference(network.Forward(images), images).ShouldBe(0);
    }

    [Fact]
    public void Levels_that_do_not_fit_together_are_refused() =>
        Should.Throw<InputException>(() => new DadDenoiser(new DadDenoiserOptions { UpBlocks = [1] }));

    private static void Verify(string name, Module network, Func<Tensor, Tensor> forward, Func<string, bool> isUnused)
    {
        using var scope = TensorScope.Begin();
        var weights = SafetensorsFile.Read(SharedData.Path($"golden/networks/{name}.weights.safetensors"));
        network.Load(weights, isUnused);
        var io = new Golden($"networks/{name}.io");
        using var manifest = JsonDocument.Parse(File.ReadAllText(SharedData.Path($"golden/networks/{name}.json")));
        var tolerance = manifest.RootElement.GetProperty("tolerance");
        var x = io["input.x"].AsVariable();
        var output = forward(x);
        Golden.Difference(output.Detach(), io["output"]).ShouldBeLessThan(tolerance.GetProperty("output_absolute").GetDouble());
        Golden.Difference(Gradient.Of(output, x, io["fixed"]), io["gradient.x"]).ShouldBeLessThan(tolerance.GetProperty("gradient_absolute").GetDouble());
        (network.ParameterCount + weights.Names.Where(isUnused).Sum(unused => weights[unused].Count))
            .ShouldBe(manifest.RootElement.GetProperty("parameters").GetInt64());
    }
}
