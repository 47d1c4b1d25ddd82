using Limpid.Data;
using Limpid.Torch;

namespace Limpid.Tests.Data;

public sealed class PublishedFilesTests
{
    [SharedTheory]
    [InlineData("mnist", 4)]
    [InlineData("cifar10", 3)]
    [InlineData("svhn", 2)]
    public void The_shared_files_are_the_published_ones(string set, int files)
    {
        IReadOnlyList<FileCheck> checks = PublishedFiles.CheckFolder(SharedData.Path($"data/{set}"));

        checks.Count.ShouldBe(files);
        checks.ShouldAllBe(check => check.Verdict == FileVerdict.AsPublished);
    }

    [Fact]
    public void Another_file_of_a_published_name_differs()
    {
        using var folder = new TemporaryFolder();
        folder.Write("test_batch.bin", [1, 2, 3]);
        folder.Write("readme.txt", [1]);

        PublishedFiles.CheckFolder(folder.Path).ShouldHaveSingleItem().Verdict.ShouldBe(FileVerdict.Differs);
        PublishedFiles.Check(folder.Write("other.bin", [1])).Verdict.ShouldBe(FileVerdict.Unknown);
    }

    [Fact]
    public void A_missing_folder_is_refused() => Should.Throw<InputException>(() => PublishedFiles.CheckFolder("/nowhere")).Message.ShouldContain("no such folder");
}
