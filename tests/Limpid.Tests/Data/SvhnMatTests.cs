using System.Buffers.Binary;
using System.IO.Compression;
using Limpid.Data;
using Limpid.Torch;

namespace Limpid.Tests.Data;

/// <summary>The original files of SVHN, as MATLAB writes them.</summary>
public sealed class SvhnMatTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void The_digit_zero_is_written_as_ten(bool compressed)
    {
        _folder.Write("test_32x32.mat", Mat(compressed, Pixels(3), [10, 1, 9]));
        IImageDataset data = Datasets.Open($"svhn:{_folder.Path}:test");

        Enumerable.Range(0, data.Count).Select(data.Label).ShouldBe([0, 1, 9]);
    }

    [Fact]
    public void Columns_become_rows()
    {
        byte[] pixels = Pixels(2);
        int at = 5 + (32 * (7 + (32 * (2 + (3 * 1))))); // row 5, column 7, blue, second image
        pixels[at] = 255;
        _folder.Write("train_32x32.mat", Mat(compressed: true, pixels, [1, 2]));
        var image = new float[3072];
        Datasets.Open($"svhn:{_folder.Path}:train").ReadImage(1, image);

        image[(2 * 1024) + (5 * 32) + 7].ShouldBe(1f);
        image.Count(value => value != 0f).ShouldBe(1);
    }

    [Fact]
    public void Labels_must_be_as_many_as_images()
    {
        _folder.Write("test_32x32.mat", Mat(compressed: true, Pixels(3), [1, 2]));

        Refused().ShouldContain("2 labels (y) for 3 images");
    }

    [Fact]
    public void A_label_above_ten_is_refused()
    {
        _folder.Write("test_32x32.mat", Mat(compressed: false, Pixels(1), [11]));

        Refused().ShouldContain("label 11 of image 0, expected 1..10");
    }

    [Fact]
    public void Another_kind_of_file_is_refused()
    {
        _folder.Write("test_32x32.mat", [.. "MATLAB 7.3 MAT-file"u8, .. new byte[200]]);

        Refused().ShouldContain("not a little-endian MATLAB level 5 file");
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Cuts_and_damage_end_in_one_line(bool compressed)
    {
        byte[] whole = Mat(compressed, Pixels(1), [3]);
        for (int i = 128; i < whole.Length; i += compressed ? 1 : 37)
        {
            _folder.Write("test_32x32.mat", whole[..i]);
            Refused().ShouldNotContain("\n");
            byte[] damaged = [.. whole];
            damaged[i] ^= 0xA5;
            _folder.Write("test_32x32.mat", damaged);
            EndsWell();
        }
    }

    private string Refused() => Should.Throw<InputException>(() => Datasets.Open($"svhn:{_folder.Path}")).Message;

    private void EndsWell()
    {
        try
        {
            Datasets.Open($"svhn:{_folder.Path}").Count.ShouldBe(1);
        }
        catch (InputException e)
        {
            e.Message.ShouldNotContain("\n");
        }
    }

    private static byte[] Pixels(int count) => new byte[3072 * count];

    private static byte[] Mat(bool compressed, byte[] pixels, byte[] labels)
    {
        var header = new byte[128];
        "MATLAB 5.0 MAT-file"u8.CopyTo(header);
        (header[125], header[126], header[127]) = (1, (byte)'I', (byte)'M');
        byte[] x = Matrix(9, [32, 32, 3, pixels.Length / 3072], "X", pixels);
        byte[] y = Matrix(6, [labels.Length, 1], "y", labels); // class double, stored as bytes
        return [.. header, .. compressed ? Compress(x) : x, .. compressed ? Compress(y) : y];
    }

    private static byte[] Matrix(int kind, int[] sizes, string name, byte[] values)
    {
        byte[] body =
        [
            .. Element(6, [(byte)kind, 0, 0, 0, 0, 0, 0, 0]),
            .. Element(5, [.. sizes.SelectMany(BitConverter.GetBytes)]),
            1, 0, 1, 0, (byte)name[0], 0, 0, 0, // a name of one letter stands in its tag
            .. Element(2, values),
        ];
        return Element(14, body);
    }

    private static byte[] Element(int type, byte[] body)
    {
        var tag = new byte[8];
        BinaryPrimitives.WriteInt32LittleEndian(tag, type);
        BinaryPrimitives.WriteInt32LittleEndian(tag.AsSpan(4), body.Length);
        return [.. tag, .. body, .. new byte[(8 - (body.Length % 8)) % 8]];
    }

    private static byte[] Compress(byte[] element)
    {
        using var output = new MemoryStream();
        using (var zlib = new ZLibStream(output, CompressionLevel.Optimal, leaveOpen: true))
        {
            zlib.Write(element);
        }
        var tag = new byte[8];
        BinaryPrimitives.WriteInt32LittleEndian(tag, 15);
        BinaryPrimitives.WriteInt32LittleEndian(tag.AsSpan(4), (int)output.Length);
        return [.. tag, .. output.ToArray()];
    }
}
