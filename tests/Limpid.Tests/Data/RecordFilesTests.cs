using System.IO.Compression;
using Limpid.Data;
using Limpid.Torch;

namespace Limpid.Tests.Data;

/// <summary>Small files in the layouts of CIFAR-10, SVHN and MNIST, whole and damaged.</summary>
public sealed class RecordFilesTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Records_are_read_plain_or_compressed(bool compressed)
    {
        byte[] bytes = Records(3, 7, 0);
        _folder.Write(compressed ? "test_batch.bin.gz" : "test_batch.bin", compressed ? Gzip(bytes) : bytes);
        IImageDataset data = Datasets.Open($"cifar10:{_folder.Path}");

        Enumerable.Range(0, data.Count).Select(data.Label).ShouldBe([3, 7, 0]);
    }

    [Fact]
    public void Planes_are_red_green_blue()
    {
        byte[] record = Records(1);
        record[1] = 255; // red, first pixel
        record[1 + 1024 + 33] = 51; // green, second row, second column
        _folder.Write("test_batch.bin", record);
        var image = new float[3072];
        Datasets.Open($"cifar10:{_folder.Path}").ReadImage(0, image);

        image[0].ShouldBe(1f);
        image[1024 + 33].ShouldBe(0.2f);
    }

    [Fact]
    public void Training_batches_that_are_there_keep_their_indices_in_the_full_set()
    {
        _folder.Write("data_batch_1.bin", Records(1, 2));
        _folder.Write("data_batch_3.bin.gz", Gzip(Records(5)));
        IImageDataset data = Datasets.Open($"cifar10:{_folder.Path}:train");

        Enumerable.Range(0, 3).Select(data.OriginalIndex).ShouldBe([0L, 1L, 20_000L]);
    }

    [Fact]
    public void The_folder_of_the_original_archive_is_found()
    {
        _folder.Write("cifar-10-batches-bin/test_batch.bin", Records(4));

        Datasets.Open($"cifar10:{_folder.Path}:test").Label(0).ShouldBe(4);
    }

    [Fact]
    public void The_Python_version_is_named()
    {
        _folder.Write("test_batch", [1, 2, 3]);

        Refused("cifar10").ShouldContain("binary version");
    }

    [Fact]
    public void A_torn_record_is_refused()
    {
        _folder.Write("test_batch.bin", Records(1, 2)[..^1]);

        Refused("cifar10").ShouldContain("whole number of records");
    }

    [Fact]
    public void A_label_that_names_no_class_is_refused()
    {
        _folder.Write("test_batch.bin", Records(1, 10));

        Refused("cifar10").ShouldContain("record 1 has label 10, expected 0..9");
    }

    [Fact]
    public void Every_cut_of_a_compressed_file_is_refused()
    {
        byte[] whole = Gzip(Records(1, 2));
        for (int length = 0; length < whole.Length; length++)
        {
            _folder.Write("test_batch.bin.gz", whole[..length]);
            Refused("cifar10").ShouldContain("test_batch.bin.gz");
        }
    }

    [Fact]
    public void A_damaged_compressed_file_is_refused()
    {
        byte[] bytes = Gzip(Records(1, 2));
        bytes[bytes.Length / 2] ^= 0x55;
        _folder.Write("test_batch.bin.gz", bytes);

        Refused("cifar10").ShouldContain("test_batch.bin.gz");
    }

    [Fact]
    public void Svhn_takes_the_one_file_of_its_part()
    {
        _folder.Write("svhn_test_2.bin", Records(0, 9));

        Datasets.Open($"svhn:{_folder.Path}").Count.ShouldBe(2);
    }

    [Fact]
    public void Svhn_does_not_choose_between_two_files()
    {
        _folder.Write("svhn_test_a.bin", Records(0));
        _folder.Write("svhn_test_b.bin.gz", Gzip(Records(0)));

        Refused("svhn").ShouldContain("keep one");
    }

    [Fact]
    public void Digits_are_read_from_idx_files()
    {
        _folder.Write("t10k-images-idx3-ubyte", [0, 0, 8, 3, 0, 0, 0, 2, 0, 0, 0, 1, 0, 0, 0, 2, 0, 255, 51, 0]);
        _folder.Write("t10k-labels-idx1-ubyte.gz", Gzip([0, 0, 8, 1, 0, 0, 0, 2, 9, 4]));
        IImageDataset data = Datasets.Open($"mnist:{_folder.Path}");
        var image = new float[2];
        data.ReadImage(1, image);

        (data.Count, data.Height, data.Width, data.Label(1)).ShouldBe((2, 1, 2, 4));
        image.ShouldBe([0.2f, 0f]);
    }

    [Theory]
    [InlineData(new byte[] { 0, 0, 8, 1, 0, 0, 0, 1, 9 }, "1 labels for the 2 images")]
    [InlineData(new byte[] { 0, 0, 8, 1, 0, 0, 0, 2, 9, 10 }, "label 10 of image 1")]
    [InlineData(new byte[] { 0, 0, 8, 1, 0, 0, 0, 2, 9 }, "cut short")]
    [InlineData(new byte[] { 0, 0, 8, 1, 255, 255, 255, 255, 9 }, "cannot be true")]
    [InlineData(new byte[] { 0, 0, 8, 3, 0, 0, 0, 2, 9, 4 }, "not an IDX file of labels")]
    [InlineData(new byte[] { 0 }, "not an IDX file of labels")]
    public void Wrong_label_files_are_refused(byte[] labels, string expected)
    {
        _folder.Write("t10k-images-idx3-ubyte", [0, 0, 8, 3, 0, 0, 0, 2, 0, 0, 0, 1, 0, 0, 0, 2, 0, 255, 51, 0]);
        _folder.Write("t10k-labels-idx1-ubyte", labels);

        Refused("mnist").ShouldContain(expected);
    }

    private string Refused(string kind)
    {
        string message = Should.Throw<InputException>(() => Datasets.Open($"{kind}:{_folder.Path}")).Message;
        message.ShouldNotContain("\n");
        return message;
    }

    private static byte[] Records(params int[] labels)
    {
        var bytes = new byte[labels.Length * 3073];
        for (int i = 0; i < labels.Length; i++)
        {
            bytes[i * 3073] = (byte)labels[i];
        }
        return bytes;
    }

    private static byte[] Gzip(byte[] bytes)
    {
        using var output = new MemoryStream();
        using (var gzip = new GZipStream(output, CompressionLevel.Optimal))
        {
            gzip.Write(bytes);
        }
        return output.ToArray();
    }
}
