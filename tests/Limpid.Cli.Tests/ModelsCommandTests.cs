namespace Limpid.Cli.Tests;

[Collection(TinyCollection.Name)]
public sealed class ModelsCommandTests(TinyNetworks tiny)
{
    [Fact]
    public void Architectures_are_listed()
    {
        string[] names = [.. Command.Run("models", "list").OutputLines.Select(line => line.Split(' ')[0])];

        names.ShouldContain("cifar-resnet20=FILE");
        names.ShouldContain("guided-diffusion=FILE");
    }

    [Fact]
    public void A_weight_file_is_described_and_converted_tensor_by_tensor()
    {
        string converted = tiny.NewFolder("converted") + ".safetensors";

        Command.Run("models", "convert", tiny.Classifier, "--out", converted).Code.ShouldBe(0);

        var before = Command.Run("models", "info", tiny.Classifier, "--json").Objects;
        var after = Command.Run("models", "info", converted, "--json").Objects;
        after[..^1].Select(line => line.ToString()).ShouldBe(before[..^1].Select(line => line.ToString()));
    }

    [Fact]
    public void A_network_is_verified_by_running_it() =>
        Command.Run("models", "verify", tiny.Classifier).Output.ShouldContain("a classifier of 10 classes");

    // Our own file serves as a published one: its weights bear the authors' names.
    [Fact]
    public void A_published_diffusion_network_is_verified_and_converted_into_one_of_ours()
    {
        string published = $"guided-diffusion,model-channels:32,channel-multipliers:1,res-blocks:1,attention-factors:,heads:1,head-channels:-1,out-channels:3={tiny.Denoiser}";
        string ours = tiny.NewFolder("ours") + ".safetensors";

        var verified = Command.Run("models", "verify", published);
        var converted = Command.Run("models", "convert", published, "--out", ours);

        verified.Output.ShouldContain("a diffusion network of");
        converted.Code.ShouldBe(0, converted.Errors);
        Command.Run("models", "verify", ours).Output.ShouldContain("a diffusion network of");
    }

    [Fact]
    public void A_mistyped_diffusion_network_is_refused_with_the_nearest_name() =>
        Command.Run("classify", "shapes:test[0]", "--classifier", tiny.Classifier, "--defense", "diffpure", "--set", $"denoiser=guided-difusion={tiny.Denoiser}").ShouldBeRefused("did you mean guided-diffusion?");

    [Fact]
    public void Every_bundled_network_says_what_it_is_and_is_verified()
    {
        var bundled = Command.Run("models", "list", "--json").Objects.Where(line => line.GetProperty("bundled").GetBoolean()).ToList();

        bundled.ShouldAllBe(line => line.GetProperty("description").GetString()!.Length > 0);
        string[] parts = ["shapes-dad-detector", "shapes-dad-denoiser"];
        foreach (string name in parts)
        {
            Command.Run("models", "verify", name).Output.ShouldContain("DAD's");
        }
    }

    [Fact]
    public void An_unknown_network_is_refused() =>
        Command.Run("models", "info", "nothing").ShouldBeRefused("'nothing'");
}
