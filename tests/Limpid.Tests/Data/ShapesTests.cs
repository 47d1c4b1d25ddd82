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

    [Fact]
    public void An_index_outside_is_refused() =>
        Should.Throw<ArgumentOutOfRangeException>(() => new ShapesDataset(DataSplit.Test).ReadImage(10_000, new float[3072]));

    private const int TrainLast = ShapesDataset.TrainCount - 1;
}
