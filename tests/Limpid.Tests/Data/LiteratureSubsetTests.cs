using Limpid.Data;
using Limpid.Data.Shapes;

namespace Limpid.Tests.Data;

public sealed class LiteratureSubsetTests
{
    [Fact]
    public void The_first_positions_are_those_of_numpy() =>
        LiteratureSubset.Indices(10_000)[..8].ShouldBe([9394, 898, 2398, 5906, 2343, 8225, 5506, 6451]);

    [SharedFact]
    public void All_512_positions_are_those_of_the_published_list()
    {
        int[] published = [.. File.ReadAllLines(SharedData.Path("data/subsets/cifar10_test_512.txt")).Where(line => line.Length > 0).Select(int.Parse)];

        LiteratureSubset.Indices(10_000).ShouldBe(published);
    }

    [Fact]
    public void The_subset_keeps_original_indices()
    {
        IImageDataset subset = LiteratureSubset.Of(new ShapesDataset(DataSplit.Test));

        subset.Count.ShouldBe(512);
        subset.OriginalIndex(1).ShouldBe(898);
    }

    [Fact]
    public void It_can_be_written_as_a_slice() => Datasets.Open("shapes:test[subset512]").OriginalIndex(0).ShouldBe(9394);

    [Fact]
    public void More_than_there_are_cannot_be_drawn() => Should.Throw<ArgumentOutOfRangeException>(() => LiteratureSubset.Indices(10, 11));
}
