namespace Limpid.Cli.Tests;

[Collection(TinyCollection.Name)]
public sealed class ModelsCommandTests(TinyNetworks tiny)
{
    [Fact]
    public void Architectures_are_listed() =>
        Command.Run("models", "list").Output.ShouldContain("cifar-resnet20=FILE");

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

    [Fact]
    public void An_unknown_network_is_refused() =>
        Command.Run("models", "info", "nothing").ShouldBeRefused("'nothing'");
}
