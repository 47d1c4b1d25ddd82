using System.Buffers.Binary;
using System.IO.Compression;
using System.Security.Cryptography;
using Limpid.Images;
using Limpid.Torch;

namespace Limpid.Tests.Images;

public sealed class PngTests
{
    [Theory]
    [MemberData(nameof(PillowFiles.Png), MemberType = typeof(PillowFiles))]
    public void Files_of_Pillow_give_its_pixels(string kind, string file, string expected)
    {
        RgbImage image = ImageFile.Decode(Convert.FromBase64String(file), kind).ToRgb();

        (image.Height, image.Width).ShouldBe((7, 9));
        Convert.ToHexStringLower(SHA256.HashData(image.Pixels)).ShouldBe(expected);
    }

    [Fact]
    public void Of_sixteen_bits_the_high_byte_is_taken()
    {
        RgbImage image = ImageFile.Decode(Convert.FromBase64String(PillowFiles.SixteenBits), "16 bits");

        image.Pixels.ShouldBe([.. Enumerable.Range(0, 63).Select(i => (byte)((997 * i % 65536) >> 8))]);
    }

    [Theory]
    [InlineData(1, 1, 1)]
    [InlineData(3, 1, 1)]
    [InlineData(1, 7, 5)]
    [InlineData(3, 5, 7)]
    [InlineData(3, 32, 32)]
    [InlineData(3, 1, 300)]
    public void What_is_written_is_read_back(int channels, int height, int width)
    {
        RgbImage image = Pattern(channels, height, width);
        RgbImage read = ImageFile.Decode(PngWriter.Encode(image), "written");

        (read.Channels, read.Height, read.Width).ShouldBe((channels, height, width));
        read.Pixels.ShouldBe(image.Pixels);
    }

    [Theory]
    [InlineData(0, 1)]
    [InlineData(0, 2)]
    [InlineData(0, 4)]
    [InlineData(0, 8)]
    [InlineData(0, 16)]
    [InlineData(2, 8)]
    [InlineData(2, 16)]
    [InlineData(3, 2)]
    [InlineData(3, 8)]
    [InlineData(4, 8)]
    [InlineData(6, 16)]
    public void Interlaced_files_hold_the_same_pixels(byte color, byte bits)
    {
        foreach ((int height, int width) in ((int, int)[])[(1, 1), (2, 3), (5, 5), (8, 8), (9, 17)])
        {
            byte[] straight = PngBuilder.Build(height, width, color, bits, interlaced: false);
            byte[] interlaced = PngBuilder.Build(height, width, color, bits, interlaced: true);

            ImageFile.Decode(interlaced, "interlaced").Pixels.ShouldBe(ImageFile.Decode(straight, "straight").Pixels);
        }
    }

    [Fact]
    public void A_file_is_written_whole_and_read_whatever_its_name()
    {
        using var folder = new Tests.Data.TemporaryFolder();
        string path = Path.Combine(folder.Path, "picture.jpg");
        RgbImage image = Pattern(3, 4, 5);
        PngWriter.Write(path, image);

        ImageFile.Read(path).Pixels.ShouldBe(image.Pixels);
        ImageFile.ReadHeader(path).ShouldBe((3, 4, 5));
    }

    [Fact]
    public void A_text_file_named_png_is_refused()
    {
        using var folder = new Tests.Data.TemporaryFolder();
        string path = folder.Write("notes.png", "these are notes"u8.ToArray());

        Should.Throw<InputException>(() => ImageFile.Read(path)).Message.ShouldBe($"{path} is a text file; Limpid reads PNG and JPEG");
    }

    [Fact]
    public void An_empty_or_missing_file_is_refused()
    {
        Should.Throw<InputException>(() => ImageFile.Decode([], "nothing")).Message.ShouldContain("is empty");
        Should.Throw<InputException>(() => ImageFile.Read("/nowhere/x.png")).Message.ShouldContain("/nowhere/x.png");
    }

    [Theory]
    [InlineData(0x7FFFFFFF, 0x7FFFFFFF)]
    [InlineData(100_000, 100_000)]
    [InlineData(0, 5)]
    [InlineData(5, 0)]
    [InlineData(-1, 5)]
    public void Impossible_sizes_are_refused_before_anything_is_allocated(int width, int height)
    {
        byte[] bytes = PngWriter.Encode(Pattern(3, 2, 2));
        BinaryPrimitives.WriteInt32BigEndian(bytes.AsSpan(16), width);
        BinaryPrimitives.WriteInt32BigEndian(bytes.AsSpan(20), height);
        PngBuilder.MendCheckSum(bytes, 8);
        long before = GC.GetAllocatedBytesForCurrentThread();

        Should.Throw<InputException>(() => ImageFile.Decode(bytes, "huge")).Message.ShouldContain("pixels");
        (GC.GetAllocatedBytesForCurrentThread() - before).ShouldBeLessThan(1 << 20);
    }

    [Fact]
    public void A_limit_of_pixels_is_kept() =>
        Should.Throw<InputException>(() => ImageFile.Decode(PngWriter.Encode(Pattern(1, 10, 10)), "large", pixelLimit: 99)).Message.ShouldContain("99 allowed");

    [Fact]
    public void A_file_that_inflates_to_more_than_its_rows_is_read_no_further()
    {
        byte[] bomb = PngBuilder.Wrap(2, 2, 0, 8, interlaced: false, raw: new byte[50_000_000]);
        long before = GC.GetAllocatedBytesForCurrentThread();

        ImageFile.Decode(bomb, "bomb").Pixels.Length.ShouldBe(4);
        (GC.GetAllocatedBytesForCurrentThread() - before).ShouldBeLessThan(1 << 20);
    }

    [Fact]
    public void A_wrong_check_sum_is_refused()
    {
        byte[] bytes = PngWriter.Encode(Pattern(3, 2, 2));
        bytes[^1] ^= 1;

        Should.Throw<InputException>(() => ImageFile.Decode(bytes, "file")).Message.ShouldContain("check sum");
    }

    [Theory]
    [MemberData(nameof(PillowFiles.Png), MemberType = typeof(PillowFiles))]
    public void Every_cut_is_refused(string kind, string file, string expected)
    {
        expected.ShouldNotBeEmpty();
        byte[] whole = Convert.FromBase64String(file);
        for (int length = 0; length < whole.Length; length++)
        {
            Should.Throw<InputException>(() => ImageFile.Decode(whole.AsSpan(0, length), kind)).Message.ShouldNotContain("\n");
        }
    }

    // With mended check sums the damage reaches the decoder itself.
    [Theory]
    [MemberData(nameof(PillowFiles.Png), MemberType = typeof(PillowFiles))]
    public void Any_changed_byte_ends_in_an_image_or_one_line(string kind, string file, string expected)
    {
        expected.ShouldNotBeEmpty();
        byte[] whole = Convert.FromBase64String(file);
        for (int i = 0; i < whole.Length; i++)
        {
            foreach (byte flip in (byte[])[0x01, 0x10, 0x80, 0xFF])
            {
                byte[] damaged = [.. whole];
                damaged[i] ^= flip;
                EndsWell(damaged, kind);
                PngBuilder.MendCheckSum(damaged, 8);
                EndsWell(damaged, kind);
            }
        }
    }

    private static void EndsWell(byte[] bytes, string name)
    {
        try
        {
            ImageFile.Decode(bytes, name, pixelLimit: 1 << 20).Pixels.Length.ShouldBePositive();
        }
        catch (InputException e)
        {
            e.Message.ShouldNotContain("\n");
        }
    }

    internal static RgbImage Pattern(int channels, int height, int width) =>
        new(channels, height, width, [.. Enumerable.Range(0, channels * height * width).Select(i => (byte)((i * i * 3) + (31 * i)))]);
}
