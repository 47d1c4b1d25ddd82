using Limpid.Images;

namespace Limpid.Tests.Images;

public sealed class PixelScaleTests
{
    [Fact]
    public void Every_byte_survives_the_way_there_and_back()
    {
        byte[] all = [.. Enumerable.Range(0, 256).Select(i => (byte)i)];
        var unit = new float[256];
        var back = new byte[256];
        PixelScale.ToUnit(all, unit);
        PixelScale.ToBytes(unit, back);

        back.ShouldBe(all);
        unit[255].ShouldBe(1f);
        unit[51].ShouldBe(51 / 255f);
    }

    [Fact]
    public void Halves_go_to_the_even_byte_and_what_is_outside_is_clipped()
    {
        var bytes = new byte[7];
        PixelScale.ToBytes([0.5f / 255f, 1.5f / 255f, 2.5f / 255f, -1f, 2f, float.NaN, float.PositiveInfinity], bytes);

        bytes.ShouldBe([0, 2, 2, 0, 255, 0, 255]);
    }

    [Fact]
    public void A_grid_keeps_every_picture()
    {
        RgbImage[] pictures = [.. Enumerable.Range(1, 3).Select(i => new RgbImage(1, 1, 1, [(byte)i]))];
        RgbImage grid = ImageGrid.Arrange(pictures, columns: 2, gap: 1, enlarge: 2, background: 9);

        (grid.Channels, grid.Height, grid.Width).ShouldBe((3, 7, 7));
        grid.Plane(0)[8].ShouldBe((byte)1);
        grid.Plane(1)[8 + 3].ShouldBe((byte)2);
        grid.Plane(2)[8 + 21 + 8].ShouldBe((byte)3);
        grid.Plane(0)[^1].ShouldBe((byte)9);
    }

    [Fact]
    public void Color_becomes_gray_by_Pillows_weights() =>
        new RgbImage(3, 1, 2, [255, 10, 0, 20, 0, 30]).ToGray().Pixels.ShouldBe([76, 18]);
}
