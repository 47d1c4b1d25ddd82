using Limpid.Diffusion;
using Limpid.Purification;
using Limpid.Purification.Networks;
using Limpid.Purification.ReverseAdversarial;
using Limpid.Tests.Data;
using Limpid.Tests.Support;
using Limpid.Torch;
using Limpid.Torch.Noise;

namespace Limpid.Tests.Purification;

/// <summary>RAP's network and its file.</summary>
public sealed class RapAdapterTests
{
    private static readonly RapAdapterOptions Tiny = new() { Width = 8, Multipliers = [1, 2], Heads = 2, HeadWidth = 4 };

    // Cold Diffusion's own counts, added up by hand from its layers.
    [Fact]
    public void The_default_network_has_the_layers_of_Cold_Diffusion()
    {
        using var network = new RapAdapter();

        network.ParameterCount.ShouldBe(Expected(dim: 64, [1, 2, 4, 8], channels: 3, hidden: 128));
        string[] names = [.. network.NamedParameters().Select(p => p.Name)];
        names.ShouldContain("time_mlp.1.weight");
        names.ShouldContain("downs.0.0.res_conv.weight");
        names.ShouldNotContain("downs.0.0.net.0.g", "the very first block does not normalize");
        names.ShouldContain("downs.0.2.fn.fn.to_qkv.weight");
        names.ShouldContain("downs.2.3.weight");
        names.ShouldNotContain("downs.3.3.weight", "the last level keeps its size");
        names.ShouldContain("mid_attn.fn.norm.g");
        names.ShouldContain("ups.2.3.weight");
        names.ShouldNotContain("ups.3.0.ds_conv.weight", "the finest level has no way up of its own");
        names.ShouldContain("final_conv.0.net.3.bias");
        names.ShouldNotContain("final_conv.0.mlp.1.weight", "the last block does not know the time");
        names.ShouldContain("final_conv.1.weight");
    }

    [Theory]
    [InlineData(3, 32, 32)]
    [InlineData(1, 28, 28)]
    [InlineData(3, 9, 13)]
    public void Any_size_of_image_comes_back_in_its_size(int channels, int height, int width)
    {
        using var scope = TensorScope.Begin();
        using var network = Network(Tiny with { Channels = channels, Multipliers = [1, 1, 2] });

        network.Forward(Images(channels, height, width)).Shape.ToArray().ShouldBe([2, channels, height, width]);
    }

    [Fact]
    public void Padding_is_black_and_cut_again()
    {
        using var scope = TensorScope.Begin();
        using var network = Network(Tiny with { Channels = 1, Multipliers = [1, 1, 1, 1] });
        var images = Images(1, 28, 28);

        var padded = network.Forward(images.Pad([2, 2, 2, 2], -1));

        Golden.Difference(network.Forward(images), padded.Slice(2, 2, 30).Slice(3, 2, 30)).ShouldBeLessThan(1e-6);
    }

    [Fact]
    public void An_untrained_adapter_is_the_identity_at_every_time()
    {
        using var scope = TensorScope.Begin();
        using var network = new RapAdapter(Tiny);
        network.Initialize(1);
        var images = Images(3, 8, 8);

        Golden.Difference(network.Forward(images), images).ShouldBe(0);
        Golden.Difference(network.Forward(images, [new StepCount(1), new StepCount(20)]), images).ShouldBe(0);
    }

    [Fact]
    public void Rows_know_their_own_time_and_nothing_of_each_other()
    {
        using var scope = TensorScope.Begin();
        using var network = Network(Tiny);
        var images = Images(3, 8, 8);

        var mixed = network.Forward(images, [new StepCount(1), new StepCount(20)]);

        Golden.Difference(mixed.Slice(0, 0, 1), network.Forward(images.Slice(0, 0, 1), [new StepCount(1)])).ShouldBeLessThan(1e-6);
        Golden.Difference(mixed.Slice(0, 1, 2), network.Forward(images.Slice(0, 1, 2), [new StepCount(20)])).ShouldBeLessThan(1e-6);
        Golden.Difference(mixed.Slice(0, 0, 1), network.Forward(images.Slice(0, 0, 1), [new StepCount(20)])).ShouldBeGreaterThan(1e-3);
        Golden.Difference(mixed.Slice(0, 1, 2), network.Forward(images).Slice(0, 1, 2)).ShouldBe(0, "the constant T is the last of the steps");
    }

    [Fact]
    public void Without_the_residual_the_input_is_not_added()
    {
        using var scope = TensorScope.Begin();
        using var with = Network(Tiny);
        using var without = Network(Tiny with { Residual = false });
        var images = Images(3, 8, 8);

        Golden.Difference(with.Forward(images), without.Forward(images) + images).ShouldBeLessThan(1e-6);
    }

    [Fact]
    public void A_file_keeps_weights_construction_and_process()
    {
        using var scope = TensorScope.Begin();
        using var folder = new TemporaryFolder();
        string path = Path.Combine(folder.Path, "adapter.safetensors");
        var process = new AdversarialProcessOptions { Threat = "l2:0.5", Steps = 7, StepSize = 0.1, Start = 0.25 };
        using var network = new RapAdapter(Tiny, process);
        Randomize(network);
        RapAdapterFile.Save(network, path, new Dictionary<string, string> { ["data"] = "toy:train" });

        using var opened = RapAdapterFile.Open(path);

        opened.Process.ShouldBe(process);
        opened.Options.Multipliers.ShouldBe(Tiny.Multipliers);
        Golden.Difference(opened.Forward(Images(3, 8, 8)), network.Forward(Images(3, 8, 8))).ShouldBe(0);
    }

    [Fact]
    public void Files_that_are_missing_or_something_else_are_refused_in_one_line()
    {
        using var folder = new TemporaryFolder();
        string other = Path.Combine(folder.Path, "denoiser.safetensors");
        using (var denoiser = new DadDenoiser(DadDenoiserOptions.Small))
        {
            DadDenoiserFile.Save(denoiser, other);
        }

        Should.Throw<InputException>(() => RapAdapterFile.Open(other)).Message.ShouldEndWith("is no RAP adapter that limpid wrote: it does not say 'network: rap-adapter'");
        Should.Throw<InputException>(() => RapAdapterFile.Open(Path.Combine(folder.Path, "missing.safetensors"))).Message.ShouldContain("missing.safetensors");
    }

    [Fact]
    public void What_does_not_fit_is_refused_with_advice()
    {
        using var scope = TensorScope.Begin();
        using var network = Network(Tiny);

        Should.Throw<InputException>(() => network.Forward(Tensor.Zeros([1, 1, 8, 8]))).Message.ShouldContain("reads images of 3 channels, not [1, 1, 8, 8]");
        Should.Throw<InputException>(() => network.Forward(Images(3, 8, 8), [new StepCount(1)])).Message.ShouldContain("for each of 2 images, not 1");
        Should.Throw<InputException>(() => network.Forward(Images(3, 8, 8), [new StepCount(0), new StepCount(1)])).Message.ShouldContain("1 to 20 steps, not 0");
        Should.Throw<InputException>(() => network.Forward(Images(3, 8, 8), [new StepCount(1), new StepCount(21)])).Message.ShouldContain("not 21");
        Should.Throw<InputException>(() => new RapAdapter(Tiny with { Width = 7 })).Message.ShouldContain("an even width");
        Should.Throw<InputException>(() => new RapAdapter(Tiny with { Multipliers = [1] })).Message.ShouldContain("2 to 6 multipliers");
        Should.Throw<InputException>(() => new RapAdapter(Tiny, new AdversarialProcessOptions { Steps = 0 })).Message.ShouldContain("1 to 1000 steps, not 0");
    }

    /// <summary>Weights everywhere, the last layer's too, so that the network does something.</summary>
    internal static RapAdapter Network(RapAdapterOptions options, AdversarialProcessOptions? process = null)
    {
        var network = new RapAdapter(options, process);
        Randomize(network);
        return network;
    }

    private static void Randomize(RapAdapter network)
    {
        using var scope = TensorScope.Begin();
        network.Initialize(1);
        foreach (var (name, parameter) in network.NamedParameters().Where(p => p.Name.StartsWith("final_conv.1", StringComparison.Ordinal)))
        {
            parameter.Assign(new KeyedNoise(2, [new SampleKey(name.Length)]).Normal(NoisePurpose.Weights, 0, parameter.Value.Shape).Reshape(parameter.Value.Shape) * 0.1);
        }
    }

    private static Tensor Images(int channels, int height, int width) =>
        new KeyedNoise(1, [new SampleKey(0), new SampleKey(1)]).Uniform(NoisePurpose.Training, 0, [channels, height, width]) * 2 - 1;

    private static long Expected(int dim, int[] multipliers, int channels, int hidden)
    {
        long Block(long a, long b, bool time, bool norm) =>
            (time ? (dim * a) + a : 0) + (50 * a) + (norm ? 2 * a : 0) + (9 * a * 2 * b) + (2 * b) + (9 * 2 * b * b) + b + (a == b ? 0 : (a * b) + b);
        long Attention(long c) => (2 * c) + (c * 3 * hidden) + (hidden * c) + c;
        long Resample(long c) => (16 * c * c) + c;
        long[] widths = [channels, .. multipliers.Select(m => (long)m * dim)];
        int levels = multipliers.Length;
        long sum = (dim * 4L * dim) + (4 * dim) + (4L * dim * dim) + dim;
        for (int l = 0; l < levels; l++)
        {
            sum += Block(widths[l], widths[l + 1], true, l > 0) + Block(widths[l + 1], widths[l + 1], true, true) + Attention(widths[l + 1]) + (l < levels - 1 ? Resample(widths[l + 1]) : 0);
        }
        for (int l = levels; l > 1; l--)
        {
            sum += Block(2 * widths[l], widths[l - 1], true, true) + Block(widths[l - 1], widths[l - 1], true, true) + Attention(widths[l - 1]) + Resample(widths[l - 1]);
        }
        sum += (2 * Block(widths[^1], widths[^1], true, true)) + Attention(widths[^1]);
        return sum + Block(dim, dim, false, true) + (dim * channels) + channels;
    }
}
