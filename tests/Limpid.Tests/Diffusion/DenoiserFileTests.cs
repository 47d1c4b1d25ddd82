using Limpid.Diffusion;
using Limpid.Diffusion.Networks;
using Limpid.Torch;
using Limpid.Torch.Layers;
using Limpid.Torch.Weights;

namespace Limpid.Tests.Diffusion;

public sealed class DenoiserFileTests : IDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory("limpid").FullName;

    public void Dispose() => Directory.Delete(folder, recursive: true);

    [Fact]
    public void A_network_reads_back_with_its_construction_and_its_predictions()
    {
        using var scope = TensorScope.Begin();
        using var network = new GuidedUNet(new GuidedUNetOptions { ModelChannels = 32, ChannelMultipliers = [1, 2], ResBlocks = 1, AttentionFactors = [2], Heads = 2 });
        network.Initialize(3);
        network.Train(training: false);
        string path = Path.Combine(folder, "net.safetensors");
        DenoiserFile.Save(network, path, new Dictionary<string, string>(StringComparer.Ordinal) { ["data"] = "shapes:train" });

        using var again = KnownDenoisers.Open(path);

        ((GuidedUNet)again.Network).Options.ChannelMultipliers.ShouldBe([1, 2]);
        var image = Tensor.Ones([1, 3, 16, 16]);
        again.PredictNoise(image, [50]).ToFloats().ShouldBe(network.Forward(image, [50]).ToFloats());
    }

    [Theory]
    [InlineData("[]")]
    [InlineData("{\"modelChannels\": \"many\"}")]
    [InlineData("{")]
    [InlineData("null")]
    public void A_damaged_description_is_refused_by_the_files_name(string options)
    {
        string path = Path.Combine(folder, "net.safetensors");
        SafetensorsFile.Write(path, new StoredTensors(), new Dictionary<string, string>(StringComparer.Ordinal) { ["network"] = "guided-unet", ["options"] = options });

        Should.Throw<InputException>(() => DenoiserFile.Open(path)).Message.ShouldStartWith(path);
    }

    [Fact]
    public void Another_file_is_refused()
    {
        string path = Path.Combine(folder, "text.safetensors");
        File.WriteAllText(path, "no weights");

        Should.Throw<InputException>(() => KnownDenoisers.Open(path)).Message.ShouldContain(path);
        Should.Throw<InputException>(() => KnownDenoisers.Open("nothing")).Message.ShouldContain("'nothing'");
    }
}
