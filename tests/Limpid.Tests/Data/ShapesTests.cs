using System.Security.Cryptography;
using Limpid.Data;
using Limpid.Data.Shapes;

namespace Limpid.Tests.Data;

public sealed class ShapesTests
{
    [Fact]
    public void An_image_depends_on_split_and_index_alone()
    {
        var inOrder = new ShapesDataset(DataSplit.Test);
        var alone = new ShapesDataset(DataSplit.Test);
        byte[][] first = [.. Enumerable.Range(0, 8).Select(i => inOrder.Pixels(i).ToArray())];

        alone.Pixels(7).SequenceEqual(first[7]).ShouldBeTrue();
        alone.Pixels(3).SequenceEqual(first[3]).ShouldBeTrue();
    }

    [Fact]
    public void Training_and_test_images_differ() =>
        new ShapesDataset(DataSplit.Train).Pixels(0).SequenceEqual(new ShapesDataset(DataSplit.Test).Pixels(0)).ShouldBeFalse();

    [Theory]
    [InlineData(DataSplit.Train)]
    [InlineData(DataSplit.Test)]
    public void Every_ten_consecutive_images_hold_each_class_once(DataSplit split)
    {
        var shapes = new ShapesDataset(split);

        for (int block = 0; block < shapes.Count; block += 1000)
        {
            Enumerable.Range(block, 10).Select(shapes.Label).Order().ShouldBe(Enumerable.Range(0, 10));
        }
    }

    [Fact]
    public void Classes_are_balanced() => new ShapesDataset(DataSplit.Test).ClassCounts().ShouldAllBe(count => count == 1000);

    [Fact]
    public void Values_lie_in_the_unit_interval_and_vary()
    {
        var shapes = new ShapesDataset(DataSplit.Train);
        var image = new float[shapes.ImageLength()];
        shapes.ReadImage(TrainLast, image);

        image.Min().ShouldBeGreaterThanOrEqualTo(0f);
        image.Max().ShouldBeLessThanOrEqualTo(1f);
        (image.Max() - image.Min()).ShouldBeGreaterThan(0.1f);
    }

    // Bundled weights were trained on these very pixels: a change here is a change of the data set.
    [Theory]
    [InlineData(DataSplit.Train, 0, "c373234708599a6abfebfaff1301d671f80614562f05b24abf4dcba524d7cacc")]
    [InlineData(DataSplit.Train, 49_999, "2d82896ad5a515ff03caf4c50a53a28a3f9ef40ab459086b97f14e76a8cffe1b")]
    [InlineData(DataSplit.Test, 0, "6f275d49098920b800dc932fc6d9efa47ae3a5e359e9286d74824a7290b06f4d")]
    [InlineData(DataSplit.Test, 1234, "e60429f62c83efefec21844b789f995c7e0bd31357363fbe7654d524987202f0")]
    public void Pixels_are_pinned(DataSplit split, int index, string expected) =>
        Convert.ToHexStringLower(SHA256.HashData(new ShapesDataset(split).Pixels(index))).ShouldBe(expected);

    [Fact]
    public void The_first_thousand_test_images_are_pinned()
    {
        var shapes = new ShapesDataset(DataSplit.Test);
        byte[] all = [.. Enumerable.Range(0, 1000).SelectMany(i => (byte[])[(byte)shapes.Label(i), .. shapes.Pixels(i)])];

        Convert.ToHexStringLower(SHA256.HashData(all)).ShouldBe("3a441fa4c5b9ace62f8b7fedc3c0d0c3ab04a3c1cc33551de55f9fc46815251d");
    }

    [Fact]
    public void An_index_outside_is_refused() =>
        Should.Throw<ArgumentOutOfRangeException>(() => new ShapesDataset(DataSplit.Test).ReadImage(10_000, new float[3072]));

    private const int TrainLast = ShapesDataset.TrainCount - 1;
}
