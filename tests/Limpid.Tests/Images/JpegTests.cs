using System.Security.Cryptography;
using Limpid.Images;
using Limpid.Torch;

namespace Limpid.Tests.Images;

/// <summary>A theory that needs libturbojpeg.</summary>
public sealed class JpegTheoryAttribute : TheoryAttribute
{
    public JpegTheoryAttribute() => Skip = Jpeg.IsAvailable ? null : "needs libturbojpeg0";
}

/// <summary>A fact that needs libturbojpeg and the shared folder.</summary>
public sealed class SharedJpegFactAttribute : FactAttribute
{
    public SharedJpegFactAttribute() => Skip = SharedData.Root is null ? "needs the shared folder beside the checkout" : Jpeg.IsAvailable ? null : "needs libturbojpeg0";
}

public sealed class JpegTests
{
    [JpegTheory]
    [MemberData(nameof(PillowFiles.Jpeg), MemberType = typeof(PillowFiles))]
    public void Files_of_Pillow_give_its_pixels(string kind, string file, string expected)
    {
        RgbImage image = ImageFile.Decode(Convert.FromBase64String(file), kind);

        image.Channels.ShouldBe(kind == "gray" ? 1 : 3);
        (image.Height, image.Width).ShouldBe((16, 24));
        Convert.ToHexStringLower(SHA256.HashData(image.ToRgb().Pixels)).ShouldBe(expected);
    }

    [JpegTheory]
    [MemberData(nameof(PillowFiles.Jpeg), MemberType = typeof(PillowFiles))]
    public void The_size_is_read_without_decoding(string kind, string file, string expected)
    {
        expected.ShouldNotBeEmpty();
        using var folder = new Tests.Data.TemporaryFolder();

        ImageFile.ReadHeader(folder.Write(kind, Convert.FromBase64String(file))).ShouldBe((kind == "gray" ? 1 : 3, 16, 24));
    }

    [JpegTheory]
    [MemberData(nameof(PillowFiles.Jpeg), MemberType = typeof(PillowFiles))]
    public void Every_cut_is_refused(string kind, string file, string expected)
    {
        expected.ShouldNotBeEmpty();
        byte[] whole = Convert.FromBase64String(file);
        for (int length = 0; length < whole.Length; length++)
        {
            Should.Throw<InputException>(() => ImageFile.Decode(whole.AsSpan(0, length), kind)).Message.ShouldNotContain("\n");
        }
    }

    [JpegTheory]
    [MemberData(nameof(PillowFiles.Jpeg), MemberType = typeof(PillowFiles))]
    public void Bytes_after_the_end_are_harmless(string kind, string file, string expected)
    {
        RgbImage image = ImageFile.Decode([.. Convert.FromBase64String(file), 0, 1, 2, 3], kind);

        Convert.ToHexStringLower(SHA256.HashData(image.ToRgb().Pixels)).ShouldBe(expected);
    }

    [JpegTheory]
    [MemberData(nameof(PillowFiles.Jpeg), MemberType = typeof(PillowFiles))]
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
                try
                {
                    ImageFile.Decode(damaged, kind, pixelLimit: 1 << 18).Pixels.Length.ShouldBePositive();
                }
                catch (InputException e)
                {
                    e.Message.ShouldNotContain("\n");
                }
            }
        }
    }

    [JpegTheory]
    [InlineData(1)]
    [InlineData(3)]
    public void What_is_written_is_nearly_what_is_read(int channels)
    {
        var image = new RgbImage(channels, 16, 16, [.. Enumerable.Range(0, channels * 256).Select(i => (byte)(40 + (i % 256 / 2)))]);
        RgbImage read = ImageFile.Decode(Jpeg.Encode(image, quality: 95, halveColor: false), "written");

        read.Channels.ShouldBe(channels);
        read.Pixels.Zip(image.Pixels, (a, b) => Math.Abs(a - b)).Max().ShouldBeLessThan(12);
    }

    [JpegTheory]
    [InlineData(0)]
    [InlineData(101)]
    public void A_quality_outside_is_refused(int quality) =>
        Should.Throw<ArgumentOutOfRangeException>(() => Jpeg.Encode(new RgbImage(1, 1, 1, [0]), quality));
}
