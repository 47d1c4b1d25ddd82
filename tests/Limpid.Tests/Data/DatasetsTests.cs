using Limpid.Data;
using Limpid.Torch;

namespace Limpid.Tests.Data;

public sealed class DatasetsTests
{
    [Theory]
    [InlineData("shapes", 10_000)]
    [InlineData("shapes:test", 10_000)]
    [InlineData("shapes:train", 50_000)]
    [InlineData("shapes[0..63]", 64)]
    [InlineData("shapes:train[49999..49999]", 1)]
    [InlineData(" shapes:test[ 5 .. 6 ] ", 2)]
    public void A_name_opens_its_set(string name, int count) => Datasets.Open(name).Count.ShouldBe(count);

    [Fact]
    public void A_slice_keeps_the_original_indices_and_images()
    {
        IImageDataset all = Datasets.Open("shapes:test");
        IImageDataset slice = Datasets.Open("shapes:test[100..163]");
        var expected = new float[all.ImageLength()];
        var actual = new float[all.ImageLength()];
        all.ReadImage(105, expected);
        slice.ReadImage(5, actual);

        actual.ShouldBe(expected);
        slice.OriginalIndex(5).ShouldBe(105);
        slice.Label(5).ShouldBe(all.Label(105));
        slice.Name.ShouldBe("shapes:test[100..163]");
    }

    [Theory]
    [InlineData("shape:test", "did you mean shapes?")]
    [InlineData("cifar:x", "did you mean cifar10?")]
    [InlineData("shapes:tst", "did you mean test?")]
    [InlineData("shapes[5..3]", "[first..last]")]
    [InlineData("shapes[5]", "[first..last]")]
    [InlineData("shapes[0..99999999999]", "[first..last]")]
    [InlineData("shapes:test[0..10000]", "10000 images")]
    [InlineData("cifar10", "names no folder")]
    [InlineData("cifar10:test", "names no folder")]
    [InlineData("cifar10:/nowhere", "no such folder")]
    [InlineData("mnist:/nowhere:train", "train-images-idx3-ubyte")]
    [InlineData("svhn:/nowhere", "no such folder")]
    [InlineData("", "known:")]
    [InlineData("qqqqqqqqqqqq", "known:")]
    public void A_wrong_name_is_one_helpful_line(string name, string expected)
    {
        string message = Should.Throw<InputException>(() => Datasets.Open(name)).Message;

        message.ShouldContain(expected);
        message.ShouldNotContain("\n");
    }

    [Fact]
    public void A_misspelled_part_is_recognized()
    {
        using var folder = new TemporaryFolder();

        Should.Throw<InputException>(() => Datasets.Open($"cifar10:{folder.Path}:tset")).Message.ShouldContain("did you mean test?");
    }

    [Fact]
    public void Every_known_kind_has_a_grammar_and_a_description() =>
        Datasets.Known.ShouldAllBe(known => known.Grammar.StartsWith(known.Kind) && known.Description.Length > 10);

    [Fact]
    public void Images_are_read_one_after_the_other()
    {
        IImageDataset shapes = Datasets.Open("shapes:test");
        var batch = new float[2 * shapes.ImageLength()];
        var single = new float[shapes.ImageLength()];
        shapes.ReadImages([7, 3], batch);
        shapes.ReadImage(3, single);

        batch[shapes.ImageLength()..].ShouldBe(single);
    }

    [Fact]
    public void A_selection_keeps_its_order()
    {
        IImageDataset shapes = Datasets.Open("shapes:test");
        var selection = new DatasetSelection(shapes, [9, 2], "two");

        selection.OriginalIndex(0).ShouldBe(9);
        selection.OriginalIndex(1).ShouldBe(2);
        Should.Throw<ArgumentOutOfRangeException>(() => new DatasetSelection(shapes, [10_000], "outside"));
    }
}
