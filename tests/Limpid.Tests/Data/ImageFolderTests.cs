using Limpid.Data;
using Limpid.Images;
using Limpid.Tests.Images;
using Limpid.Torch;

namespace Limpid.Tests.Data;

public sealed class ImageFolderTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Subfolders_are_classes_in_order()
    {
        Picture("dog/2.png", 10);
        Picture("cat/1.png", 20);
        Picture("dog/1.PNG", 30);
        IImageDataset data = Open();

        data.ClassNames.ShouldBe(["cat", "dog"]);
        Enumerable.Range(0, 3).Select(data.Label).ShouldBe([0, 1, 1]);
        Enumerable.Range(0, 3).Select(i => First(data, i)).ShouldBe([20, 30, 10]);
    }

    [Fact]
    public void A_flat_folder_has_no_labels()
    {
        Picture("b.png", 1);
        Picture("a.png", 2);
        _folder.Write("readme.txt", [1]);
        IImageDataset data = Open();

        (data.Count, data.ClassCount, data.Label(0), data.Label(1)).ShouldBe((2, 0, -1, -1));
    }

    [Fact]
    public void Numbered_folders_keep_their_labels()
    {
        Picture("0003-cat/1.png", 1);
        Picture("0007-horse/1.png", 2);
        Picture("unlabeled/9.png", 3);
        IImageDataset data = Open();

        Enumerable.Range(0, 3).Select(data.Label).ShouldBe([3, 7, -1]);
        data.ClassNames[3].ShouldBe("cat");
        data.ClassCount.ShouldBe(8);
    }

    [Fact]
    public void A_table_gives_labels_and_names()
    {
        Picture("images/x.png", 1);
        Picture("images/y.png", 2);
        Text("labels.csv", "file,class_index,note\nimages/y.png,2,b\nimages/x.png,0,a\n\n");
        Text("class_names.txt", "0\tn01\tfish\n2\tn02\tbird\n");
        IImageDataset data = Open();

        Enumerable.Range(0, 2).Select(data.Label).ShouldBe([0, 2]);
        data.ClassNames.ShouldBe(["fish", "class 1", "bird"]);
    }

    [Theory]
    [InlineData("name,label\nx.png,0", "columns file and class_index")]
    [InlineData("", "columns file and class_index")]
    [InlineData("file,class_index\nx.png,one", "line 2")]
    [InlineData("file,class_index\nx.png", "line 2")]
    [InlineData("file,class_index\nnone.png,0", "there is no file")]
    public void A_malformed_table_is_refused(string table, string expected)
    {
        Picture("x.png", 1);
        Text("labels.csv", table);

        Refused("").ShouldContain(expected);
    }

    [Fact]
    public void Pictures_of_different_sizes_need_a_preparation()
    {
        Picture("a.png", 1, 20, 30);
        Picture("b.png", 2, 40, 30);

        Refused("").ShouldContain(":crop224");
        Open(":crop8").Width.ShouldBe(8);
        (Open(":size9").Height, First(Open(":size9"), 1)).ShouldBe((9, 2));
    }

    [Fact]
    public void Gray_pictures_stay_gray_only_among_themselves()
    {
        Picture("a.png", 1, 4, 4, channels: 1);
        Open().Channels.ShouldBe(1);
        Picture("b.png", 2);
        Open().Channels.ShouldBe(3);
        First(Open(), 0).ShouldBe(1);
    }

    [Fact]
    public void A_damaged_picture_is_named()
    {
        Picture("a.png", 1);
        string path = _folder.Write("b.png", "not a picture"u8.ToArray());

        Refused("").ShouldContain(path);
    }

    [Fact]
    public void An_empty_folder_is_refused() => Refused("").ShouldContain("the folder is empty");

    [Fact]
    public void A_misspelled_preparation_is_named()
    {
        Picture("a.png", 1);

        Refused(":krop224").ShouldContain("should be cropN or sizeN");
    }

    [SharedJpegFact]
    public void Photographs_are_labeled_by_their_table()
    {
        IImageDataset data = Datasets.Open($"images:{SharedData.Path("data/imagenet")}:crop224");
        var image = new float[data.ImageLength()];
        data.ReadImage(0, image);

        (data.Count, data.ClassCount, data.Height, data.Label(0), data.ClassNames[1]).ShouldBe((84, 1000, 224, 1, "goldfish"));
        image.Average().ShouldBeInRange(0.1f, 0.9f);
    }

    private IImageDataset Open(string preparation = "") => Datasets.Open($"images:{_folder.Path}{preparation}");

    private string Refused(string preparation)
    {
        string message = Should.Throw<InputException>(() => Open(preparation)).Message;
        message.ShouldNotContain("\n");
        return message;
    }

    private static int First(IImageDataset data, int index)
    {
        var image = new float[data.ImageLength()];
        data.ReadImage(index, image);
        return (int)MathF.Round(image[0] * 255f);
    }

    private void Picture(string name, byte value, int height = 4, int width = 4, int channels = 3)
    {
        var pixels = new byte[channels * height * width];
        pixels.AsSpan().Fill(value);
        PngWriter.Write(Path.Combine(_folder.Path, name), new RgbImage(channels, height, width, pixels));
    }

    private void Text(string name, string text) => _folder.Write(name, System.Text.Encoding.UTF8.GetBytes(text));
}
