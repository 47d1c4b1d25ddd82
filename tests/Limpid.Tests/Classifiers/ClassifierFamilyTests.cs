using Limpid.Classifiers;
using Limpid.Torch;
using Limpid.Torch.Noise;

namespace Limpid.Tests.Classifiers;

/// <summary>What holds for every architecture that has a name.</summary>
public sealed class ClassifierFamilyTests
{
    // The largest are left out: a forward pass of them is no unit test.
    public static TheoryData<string> Names => [.. ClassifierFamilies.All
        .Select(family => family.NameFor(family.Pattern.StartsWith("wrn", StringComparison.Ordinal) ? [10, 1] : family.Examples[0]))];

    [Theory]
    [MemberData(nameof(Names))]
    public void Every_family_gives_logits_and_a_map_per_block(string name)
    {
        using var scope = TensorScope.Begin();
        using var classifier = ClassifierFile.Create(name);
        classifier.Network.Initialize(seed: 3);
        var images = Images(classifier, 2);

        var taps = classifier.BlockActivations(images);

        classifier.Logits(images).Shape.ToArray().ShouldBe([2, classifier.ClassCount]);
        taps.Count.ShouldBeGreaterThanOrEqualTo(2);
        taps.ShouldAllBe(tap => tap.Rank == 4 && tap.Size(0) == 2);
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void A_rows_logits_do_not_depend_on_the_rest_of_the_batch(string name)
    {
        using var scope = TensorScope.Begin();
        using var noGrad = GradMode.Off();
        using var classifier = ClassifierFile.Create(name);
        classifier.Network.Initialize(seed: 3);
        var images = Images(classifier, 3);

        var together = classifier.Logits(images).Slice(0, 1, 2);

        (classifier.Logits(images.Slice(0, 1, 2)) - together).Abs().Max().Item().ShouldBeLessThanOrEqualTo(Batches.Tolerance);
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Training_reaches_every_parameter_and_can_be_replayed(string name)
    {
        using var scope = TensorScope.Begin();
        using var classifier = ClassifierFile.Create(name);
        classifier.Network.Initialize(seed: 3);
        classifier.Network.Train();
        var images = Images(classifier, 2);
        var parameters = classifier.Network.NamedParameters().Where(p => !p.Parameter.IsBuffer).Select(p => p.Parameter.Value).ToList();
        ForwardPass Step() => new() { Noise = Noise(2).Branch(NoisePurpose.Training, 5) };

        var logits = classifier.Forward(images, Step());
        var gradients = Gradient.Of([logits.Square().Sum()], parameters, allowUnused: true);

        gradients.ShouldAllBe(gradient => gradient != null);
        classifier.Forward(images, Step()).ToFloats().ShouldBe(logits.ToFloats());
    }

    [Fact]
    public void A_published_network_has_its_published_size()
    {
        Size("cifar-resnet110").ShouldBe(1_727_962);
        Size("wrn-28-10").ShouldBe(36_479_194);
        Size("wrn-28-10-dad").ShouldBe(36_489_290);
        Size("resnet18").ShouldBe(11_689_512);
        Size("resnet50").ShouldBe(25_557_032);
        Size("trades-smallcnn").ShouldBe(312_202);
        Size("mnist-lenet5").ShouldBe(648_226);
        Size("svhn-vgg").ShouldBe(167_978);
        Size("swin-t").ShouldBe(28_288_354);
        Size("squeezenet1_1").ShouldBe(1_235_496);
        Size("plain-cnn-16").ShouldBe(70_618);
    }

    [Fact]
    public void Evaluation_leaves_no_tensor_behind()
    {
        using var classifier = ClassifierFile.Create("wrn-10-1");
        using var images = Images(classifier, 2).Keep();
        classifier.Logits(images).Dispose();
        long before = LiveHandles.Settled();

        classifier.Logits(images).Dispose();
        foreach (var tap in classifier.BlockActivations(images))
        {
            tap.Dispose();
        }

        Engine.LiveTensors.ShouldBe(before);
    }

    private static long Size(string name)
    {
        using var classifier = ClassifierFile.Create(name);
        return classifier.Network.ParameterCount;
    }

    private static Tensor Images(NetworkClassifier classifier, int count)
    {
        // Small enough to be quick where the network takes any size.
        var shape = classifier.Input.Height > 32 ? classifier.Input with { Height = 64, Width = 64 } : classifier.Input;
        return Noise(count).Uniform(NoisePurpose.Control, 0, [shape.Channels, shape.Height, shape.Width]);
    }

    private static KeyedNoise Noise(int count) => new(1, [.. Enumerable.Range(0, count).Select(i => new SampleKey(i))]);
}
