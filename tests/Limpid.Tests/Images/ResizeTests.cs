using System.Security.Cryptography;
using Limpid.Images;

namespace Limpid.Tests.Images;

public sealed class ResizeTests
{
    // Bytes (small results) or their SHA-256 from Pillow 9.4.
    [Theory]
    [InlineData(ResampleFilter.Bilinear, 5, 6, "77828f867c8f916e807671667f7469857e71878b857e9165987988629a8b")]
    [InlineData(ResampleFilter.Bilinear, 4, 17, "322dfce909e12ae8dd70b09dc858172bd409c02149f159493dccbf83710a3662")]
    [InlineData(ResampleFilter.Bilinear, 16, 20, "bffb96de1f7d1c57aec6e170d382a2afdec4d4c829cd277c650f2f1b87441a67")]
    [InlineData(ResampleFilter.Bilinear, 13, 9, "4fe8db1a9be0a8583a72b8b1c80c5dfd38836492e472614d8ba8a6541d5b37aa")]
    [InlineData(ResampleFilter.Bicubic, 5, 6, "708690867c949769827471618071618a816e888d8a7d93629c738c599d8b")]
    [InlineData(ResampleFilter.Bicubic, 4, 17, "53cd97a880796043e5e62c2e9046961ff8772fb7d6294d99cd14312a6a50223e")]
    [InlineData(ResampleFilter.Bicubic, 16, 20, "043b8d35ef67926f39a7f602f090db92d867fe009d585fd883b6f459e9f84f16")]
    [InlineData(ResampleFilter.Bicubic, 13, 9, "2d916b98665a4fe09dce329ddd39340adc64d41e74e46fc1295107f1a7c6f8ea")]
    public void A_pattern_is_resized_as_Pillow_does(ResampleFilter filter, int height, int width, string expected)
    {
        byte[] pattern = [.. Enumerable.Range(0, 13 * 17).Select(i => (byte)((i * i * 7) + (13 * i)))];
        byte[] resized = Resize.To(new RgbImage(1, 13, 17, pattern), height, width, filter).Pixels;

        Convert.ToHexStringLower(height * width > 60 ? SHA256.HashData(resized) : resized).ShouldBe(expected);
    }

    [Fact]
    public void The_same_size_changes_nothing()
    {
        var image = new RgbImage(3, 2, 3, [.. Enumerable.Range(0, 18).Select(i => (byte)(i * 14))]);

        Resize.To(image, 2, 3, ResampleFilter.Bicubic).Pixels.ShouldBe(image.Pixels);
    }

    [Theory]
    [InlineData(100, 50, 20, 40, 20)]
    [InlineData(50, 101, 20, 20, 40)]
    [InlineData(7, 7, 3, 3, 3)]
    public void The_shorter_side_sets_the_size(int height, int width, int length, int newHeight, int newWidth)
    {
        RgbImage resized = Resize.ShorterSide(new RgbImage(1, height, width, new byte[height * width]), length);

        (resized.Height, resized.Width).ShouldBe((newHeight, newWidth));
    }

    [Theory]
    [InlineData(5, 3, 1)] // (5-3)/2 = 1
    [InlineData(6, 3, 2)] // 1.5 rounds to 2
    [InlineData(4, 3, 0)] // 0.5 rounds to 0
    public void The_middle_is_cut_out_as_torchvision_does(int size, int crop, int first)
    {
        var row = new RgbImage(1, 1, size, [.. Enumerable.Range(0, size).Select(i => (byte)i)]);

        Resize.CenterCrop(row, 1, crop).Pixels[0].ShouldBe((byte)first);
    }

    [Fact]
    public void A_crop_larger_than_the_image_is_refused() =>
        Should.Throw<ArgumentOutOfRangeException>(() => Resize.CenterCrop(new RgbImage(1, 2, 2, new byte[4]), 3, 1));

    [SharedJpegFact]
    public void Photographs_are_decoded_and_prepared_as_Pillow_does()
    {
        RgbImage[] photographs = [.. Directory.GetFiles(SharedData.Path("data/imagenet/images")).Order(StringComparer.Ordinal).Take(12).Select(path => ImageFile.Read(path))];

        Hash(photographs).ShouldBe("0f2b807a61d2ea1a580f4e5f89f12da70f207aa0cc27e80f92a2ba93da51359e");
        Hash(photographs.Select(image => Resize.CenterCrop(Resize.ShorterSide(image, 256), 224, 224))).ShouldBe("1e377acbba7552317d21bd11fbfdce56e0622eb973d4325e102a28be85fde364");
        Hash(photographs.Select(image => Resize.To(image, 227, 227, ResampleFilter.Bicubic))).ShouldBe("f1e72d72f0ce750651a3f1dbd32ef012f396b6c42927e6e4412ea613c514f2f0");
    }

    private static string Hash(IEnumerable<RgbImage> images) => Convert.ToHexStringLower(SHA256.HashData([.. images.SelectMany(image => image.Pixels)]));
}
