using Limpid.Diffusion;
using Limpid.Diffusion.Networks;
using Limpid.Tests.Support;
using Limpid.Torch;
using Limpid.Torch.Layers;
using Limpid.Torch.Noise;

namespace Limpid.Tests.Diffusion;

/// <summary>Published diffusion networks by the names users write.</summary>
public sealed class KnownDenoisersTests : IDisposable
{
    private const string TinyGuided = "guided-diffusion,model-channels:32,channel-multipliers:1+1,res-blocks:1,attention-factors:2,head-channels:16";
    private const string TinyScore = "score-sde-ncsnpp,image-size:16,model-channels:16,channel-multipliers:1+2,res-blocks:1,attention-sizes:16+8";
    private const string TinyHo = "ho-ddpm,image-size:16,model-channels:32,channel-multipliers:1+1,res-blocks:1,attention-sizes:8";

    private readonly string folder = Directory.CreateTempSubdirectory("limpid").FullName;

    public void Dispose() => Directory.Delete(folder, recursive: true);

    [SharedTheory]
    [InlineData(TinyGuided, "guided_unet_a", "guided_unet_a", 3)]
    [InlineData(TinyScore, "score_sde_ncsnpp_vp", "score_sde_ncsnpp_vp", 3)]
    [InlineData(TinyHo, "ho_ddpm", "ho_ddpm_svhn", 3)]
    public void A_network_with_options_predicts_the_reference_noise(string name, string weights, string golden, int channels)
    {
        using var scope = TensorScope.Begin();
        using var network = KnownDenoisers.Open($"{name}={Weights(weights)}");
        var io = new Golden($"networks/{golden}.io");

        var noise = network.PredictNoise(io["input.x"], io.Doubles("input.t"));

        Golden.Difference(noise, io["output"].Slice(1, 0, channels)).ShouldBeLessThan(1e-4);
    }

    [SharedTheory]
    [InlineData(TinyGuided, "guided_unet_a")]
    [InlineData(TinyScore, "score_sde_ncsnpp_vp")]
    [InlineData(TinyHo, "ho_ddpm")]
    [InlineData("edm", "edm_edmprecond_ddpmpp")]
    [InlineData("edm-ve", "edm_veprecond_ncsnpp")]
    public void A_network_saved_as_ours_is_the_same_network(string name, string weights)
    {
        using var scope = TensorScope.Begin();
        using var network = KnownDenoisers.Open($"{name}={Weights(weights)}");
        string path = Path.Combine(folder, "ours.safetensors");
        DenoiserFile.Save(network, path);

        using var again = KnownDenoisers.Open(path);

        again.Fingerprint.ShouldBe(network.Fingerprint);
        again.HasLearnedVariance.ShouldBe(network.HasLearnedVariance);
        var x = Images(again, 2);
        again.PredictNoise(x, [20, 300]).ToFloats().ShouldBe(network.PredictNoise(x, [20, 300]).ToFloats());
    }

    [SharedFact]
    public void The_same_weights_under_another_construction_have_another_fingerprint()
    {
        using var one = KnownDenoisers.Open($"{TinyGuided}={Weights("guided_unet_a")}");
        using var other = KnownDenoisers.Open($"{TinyGuided},new-attention-order:true={Weights("guided_unet_a")}");

        one.Fingerprint.ShouldNotBe(other.Fingerprint);
    }

    // The mean squared errors that were measured with the authors' own programs on the first 100 digits; noise of our own, so within a tenth.
    [SharedTheory]
    [InlineData(50, 0.098)]
    [InlineData(100, 0.068)]
    [InlineData(300, 0.033)]
    public void The_MNIST_network_errs_as_little_as_it_was_measured_to(int index, double error)
    {
        using var network = KnownDenoisers.Open($"mnist-ddpm-unet={SharedData.Path("data/weights/mnist/ddpm_unet.pt")}");

        NoiseError(network, index).ShouldBe(error, 0.1 * error);
    }

    // At the index of its own schedule the amount of noise differs: x − ½ is half as large, so its σ is twice ours.
    [SharedTheory]
    [InlineData(100, 0.042)]
    [InlineData(300, 0.022)]
    public void The_MNIST_network_of_half_the_range_is_asked_at_the_same_noise(int own, double error)
    {
        using var network = KnownDenoisers.Open($"mnist-ddpm-cnn={SharedData.Path("data/weights/mnist/ddpm_cnn.pth")}");
        double sigma = Math.Sqrt((1 / NoiseSchedule.Linear1000.AlphaBar(new StepIndex(own))) - 1) * 2;
        int ours = Enumerable.Range(0, 1000).MinBy(i => Math.Abs(Math.Sqrt((1 / NoiseSchedule.Linear1000.AlphaBar(new StepIndex(i))) - 1) - sigma));

        NoiseError(network, ours).ShouldBe(error, 0.1 * error);
    }

    [Theory]
    [InlineData("guided-difusion=x.pt", "did you mean guided-diffusion?")]
    [InlineData("guided-diffusion", "guided-diffusion=FILE")]
    [InlineData("edm=nothing.pkl", "nothing.pkl")]
    [InlineData("shapes-denoise", "there is no denoiser or file")]
    public void A_wrong_name_is_refused_in_one_line_that_helps(string name, string expected)
    {
        string message = Should.Throw<InputException>(() => KnownDenoisers.Open(name)).Message;

        message.ShouldContain(expected);
        message.ShouldNotContain("\n");
    }

    [SharedTheory]
    [InlineData("ho-ddpm,model-chanels:32", "no option 'model-chanels'; did you mean model-channels?")]
    [InlineData("ho-ddpm,model-channels:wide", "model-channels:wide should read model-channels:128")]
    [InlineData("ho-ddpm,attention-sizes:8x4", "should read attention-sizes:16")]
    [InlineData("guided-diffusion,class-count:10", "class-conditional")]
    [InlineData("mnist-ddpm-unet,steps:4", "no option 'steps'")]
    [InlineData("edm", "holds no EDM network")]
    public void A_wrong_option_is_refused_in_one_line_that_helps(string name, string expected) =>
        Should.Throw<InputException>(() => KnownDenoisers.Open($"{name}={Weights("ho_ddpm")}")).Message.ShouldContain(expected);

    [SharedFact]
    public void Weights_that_do_not_fit_are_listed()
    {
        string message = Should.Throw<InputException>(() => KnownDenoisers.Open($"{TinyHo},res-blocks:2={Weights("ho_ddpm")}")).Message;

        message.ShouldContain("missing (down.0.block.1.norm1.weight");
        Should.Throw<InputException>(() => KnownDenoisers.Open($"{TinyHo},model-channels:64={Weights("ho_ddpm")}")).Message.ShouldContain("of another shape");
        Should.Throw<InputException>(() => KnownDenoisers.Open($"{TinyHo},attention-sizes:={Weights("ho_ddpm")}")).Message.ShouldContain("not of this network");
    }

    [SharedFact]
    public void Images_that_do_not_fit_are_refused()
    {
        using var scope = TensorScope.Begin();
        using var digits = KnownDenoisers.Open($"mnist-ddpm-unet={SharedData.Path("data/weights/mnist/ddpm_unet.pt")}");

        Should.Throw<InputException>(() => digits.PredictNoise(Tensor.Zeros([1, 3, 28, 28]), [5])).Message.ShouldContain("1x28x28");
        Should.Throw<InputException>(() => digits.PredictNoise(Tensor.Zeros([1, 1, 32, 32]), [5])).Message.ShouldContain("1x28x28");
    }

    [Fact]
    public void A_network_of_another_schedule_is_asked_at_the_same_noise()
    {
        using var scope = TensorScope.Begin();
        var cosine = NoiseSchedule.Cosine(4000);
        var matched = new MatchedNoisePredictor(new GaussianNetwork(cosine, 0.5), cosine.AlphaBars);
        var same = new GaussianNetwork(NoiseSchedule.Linear1000, 0.5);
        var x = new KeyedNoise(1, [new SampleKey(0), new SampleKey(1), new SampleKey(2)]).Normal(NoisePurpose.Forward, 0, [1, 4, 4]);

        // One step of the cosine schedule of 4000 is at most 1 % of ᾱ here.
        Golden.Difference(matched.PredictNoise(x, [49, 99, 299]), same.PredictNoise(x, [49, 99, 299])).ShouldBeLessThan(5e-3);
    }

    [Fact]
    public void A_matched_network_of_the_same_schedule_and_range_is_the_network_itself()
    {
        using var scope = TensorScope.Begin();
        var network = new FormulaNetwork();
        var matched = new MatchedNoisePredictor(new FormulaNetwork(), NoiseSchedule.Linear1000.AlphaBars);
        var x = new KeyedNoise(1, [new SampleKey(0), new SampleKey(1)]).Normal(NoisePurpose.Forward, 0, [3, 4, 4]);

        Golden.Difference(matched.PredictNoise(x, [0, 250.5]), network.PredictNoise(x, [0, 250.5])).ShouldBeLessThan(1e-5);
    }

    private static double NoiseError(DenoiserNetwork network, int index)
    {
        using var scope = TensorScope.Begin();
        using var noGrad = GradMode.Off();
        var data = Limpid.Data.Datasets.Open($"mnist:{SharedData.Path("data/mnist")}:test[0..99]");
        using var batch = Limpid.Data.ImageBatch.Read(data, [.. Enumerable.Range(0, 100)], Device.Cpu);
        var z = batch.Noise(seed: 4).Normal(NoisePurpose.Forward, index, [1, 28, 28]);
        StepIndex[] levels = [.. Enumerable.Repeat(new StepIndex(index), 100)];
        var x = ForwardProcess.Jump(NoiseSchedule.Linear1000, (batch.Images * 2) - 1, levels, z);
        return (network.PredictNoise(x, [.. Enumerable.Repeat((double)index, 100)]) - z).Square().Mean().Item();
    }

    private static string Weights(string name) => SharedData.Path($"golden/networks/{name}.weights.safetensors");

    private static Tensor Images(DenoiserNetwork network, int count) =>
        new KeyedNoise(1, [.. Enumerable.Range(0, count).Select(i => new SampleKey(i))]).Normal(NoisePurpose.Forward, 0, [network.Input.Channels, 16, 16]);
}
