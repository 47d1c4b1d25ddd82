using Limpid.Classifiers;
using Limpid.Tests.Data;
using Limpid.Torch;
using Limpid.Torch.Layers;
using Limpid.Torch.Weights;

namespace Limpid.Tests.Classifiers;

public sealed class ClassifierFileTests
{
    [Fact]
    public void A_saved_classifier_opens_as_it_was()
    {
        using var folder = new TemporaryFolder();
        string path = Path.Combine(folder.Path, "tiny.safetensors");
        using var saved = ClassifierFile.Create("plain-cnn-4", classes: 3, image: new ImageShape(1, 28, 28), normalization: Normalization.Mnist);
        saved.Network.Initialize(seed: 7);
        ClassifierFile.Save(saved, path, new Dictionary<string, string> { ["trained on"] = "nothing" });

        using var opened = (NetworkClassifier)KnownClassifiers.Open(path);

        opened.Architecture.ShouldBe("plain-cnn-4");
        (opened.ClassCount, opened.Input, opened.Normalization.ToString()).ShouldBe((3, ImageShape.Digit, Normalization.Mnist.ToString()));
        SafetensorsFile.ReadMetadata(path)["trained on"].ShouldBe("nothing");
        using var scope = TensorScope.Begin();
        var images = Tensor.Full([2, 1, 28, 28], 0.25);
        opened.Logits(images).ToFloats().ShouldBe(saved.Logits(images).ToFloats());
    }

    [Fact]
    public void Weights_that_do_not_fit_are_all_listed_in_one_line()
    {
        using var network = ClassifierFile.Create("plain-cnn-4").Network;
        var weights = Changed(network.Export(), drop: "linear.bias", reshape: "blocks.0.conv.weight");
        weights.Add("head.weight", StoredTensor.FromFloats([1f], 1));

        string message = Should.Throw<InputException>(() => network.Load(weights)).Message;

        message.ShouldContain("1 missing (linear.bias)");
        message.ShouldContain("1 not of this network (head.weight)");
        message.ShouldContain("blocks.0.conv.weight is [108], the network has [4, 3, 3, 3]");
        message.ShouldNotContain("\n");
    }

    [Fact]
    public void Weights_that_are_not_finite_are_refused_and_change_nothing()
    {
        using var network = ClassifierFile.Create("plain-cnn-4").Network;
        network.Initialize(seed: 1);
        byte[] before = network.Export()["linear.weight"].Data.ToArray();
        var weights = network.Export();
        weights["linear.bias"].Data.Span.Length.ShouldBe(40);
        var broken = Changed(weights, drop: "linear.bias", reshape: "");
        broken.Add("linear.bias", StoredTensor.FromFloats([0, 0, 0, float.NaN, 0, 0, 0, 0, 0, 0], 10));

        Should.Throw<InputException>(() => network.Load(broken)).Message.ShouldContain("linear.bias");
        network.Export()["linear.weight"].Data.ToArray().ShouldBe(before);
    }

    [Theory]
    [InlineData("cifar-resnet21=x.pt", "x.pt")]
    [InlineData("cifar-resent20=x.pt", "did you mean cifar-resnet20?")]
    [InlineData("cifar-resnet20", "cifar-resnet20=FILE")]
    [InlineData("nothing", "NET=FILE")]
    public void A_name_that_cannot_be_opened_is_answered_with_what_to_write(string name, string hint) =>
        Should.Throw<InputException>(() => KnownClassifiers.Open(name)).Message.ShouldContain(hint);

    [Fact]
    public void Constants_kept_beside_the_weights_win_over_the_familys()
    {
        using var folder = new TemporaryFolder();
        string path = Path.Combine(folder.Path, "wrn.safetensors");
        using var network = ClassifierFile.Create("wrn-10-1-deepmind", classes: 7).Network;
        var stored = new StoredTensors();
        foreach (var (name, tensor) in network.Export())
        {
            stored.Add($"module.0.{name}", tensor);
        }
        stored.Add("module.0.mean", StoredTensor.FromFloats([0.5f, 0.25f, 0.125f], 3, 1, 1));
        stored.Add("module.0.std", StoredTensor.FromFloats([1, 2, 4], 3, 1, 1));
        SafetensorsFile.Write(path, stored);

        using var opened = (NetworkClassifier)KnownClassifiers.Open($"wrn-10-1-deepmind={path}");

        opened.ClassCount.ShouldBe(7);
        opened.Normalization.Mean.ShouldBe([0.5, 0.25, 0.125]);
        opened.Normalization.Std.ShouldBe([1.0, 2, 4]);
    }

    [Fact]
    public void Gray_images_for_a_color_classifier_are_refused()
    {
        using var scope = TensorScope.Begin();
        using var classifier = ClassifierFile.Create("plain-cnn-4");
        Should.Throw<InputException>(() => classifier.Logits(Tensor.Zeros([1, 1, 28, 28]))).Message.ShouldContain("3x32x32");
    }

    private static StoredTensors Changed(StoredTensors weights, string drop, string reshape)
    {
        var changed = new StoredTensors();
        foreach (var (name, tensor) in weights.Where(entry => entry.Key != drop))
        {
            changed.Add(name, name == reshape ? new StoredTensor(tensor.DType, [tensor.Count], tensor.Data) : tensor);
        }
        return changed;
    }
}
