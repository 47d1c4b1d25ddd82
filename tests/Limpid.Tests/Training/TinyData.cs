using Limpid.Data;

namespace Limpid.Tests.Training;

/// <summary>Pictures of 8×8 whose left or right half is bright; the class says which.</summary>
internal static class TinyData
{
    public static IImageDataset Halves(int count, string name = "halves:train", int channels = 1)
    {
        var pixels = new byte[count * channels * 64];
        int[] labels = [.. Enumerable.Range(0, count).Select(i => i * 7 / 3 % 2)];
        for (int i = 0; i < pixels.Length; i++)
        {
            int image = i / (64 * channels), column = i % 8;
            pixels[i] = (byte)((column < 4 == (labels[image] == 0) ? 180 : 40) + (i * 37 % 50));
        }
        return new InMemoryDataset(name, channels, 8, 8, pixels, labels, ["left", "right"]);
    }
}
