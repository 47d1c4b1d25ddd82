using Limpid.Data;
using Limpid.Images;
using Limpid.Torch;
using Limpid.Torch.Weights;

namespace Limpid.Cli.DataSets;

/// <summary>Writes a data set so that other programs can read it.</summary>
internal static class DatasetFile
{
    /// <summary><c>images</c> uint8 [N,C,H,W], <c>labels</c> int64 [N], <c>index</c> int64 [N].</summary>
    public static void WriteSafetensors(IImageDataset data, string path, Action<int> done, CancellationToken cancellation)
    {
        int length = data.ImageLength();
        if ((long)data.Count * length > Array.MaxLength)
        {
            throw new InputException($"{data.Name} has {data.Count} images, too many for one file: write slices such as {data.Name}[0..9999]");
        }
        var pixels = new byte[data.Count * length];
        var labels = new long[data.Count];
        var indices = new long[data.Count];
        var image = new float[length];
        for (int i = 0; i < data.Count; i++)
        {
            cancellation.ThrowIfCancellationRequested();
            data.ReadImage(i, image);
            PixelScale.ToBytes(image, pixels.AsSpan(i * length, length));
            labels[i] = data.Label(i);
            indices[i] = data.OriginalIndex(i);
            done(i + 1);
        }
        var tensors = new StoredTensors
        {
            { "images", new StoredTensor(DType.UInt8, [data.Count, data.Channels, data.Height, data.Width], pixels) },
            { "labels", StoredTensor.FromInt64s(labels, data.Count) },
            { "index", StoredTensor.FromInt64s(indices, data.Count) },
        };
        tensors.Metadata["source"] = data.Name;
        tensors.Metadata["classes"] = string.Join('\t', data.ClassNames);
        SafetensorsFile.Write(path, tensors);
    }

    /// <summary>One picture of all images, twenty side by side, to look at.</summary>
    public static void WriteSheet(IImageDataset data, string path, Action<int> done, CancellationToken cancellation)
    {
        if ((long)data.Count * data.Height * data.Width > RgbImage.DefaultPixelLimit / 4)
        {
            throw new InputException($"{data.Name} has {data.Count} images, too many for one picture: write a slice such as {data.Name}[0..199]");
        }
        var image = new float[data.ImageLength()];
        var pictures = new List<RgbImage>();
        for (int i = 0; i < data.Count; i++)
        {
            cancellation.ThrowIfCancellationRequested();
            data.ReadImage(i, image);
            pictures.Add(RgbImage.FromUnit(data.Channels, data.Height, data.Width, image));
            done(i + 1);
        }
        PngWriter.Write(path, ImageGrid.Arrange(pictures, columns: 20, gap: 2, enlarge: Math.Max(1, 64 / data.Height)));
    }

    /// <summary>A folder per class with a PNG per image, named by its index.</summary>
    public static void WriteFolder(IImageDataset data, string folder, Action<int> done, CancellationToken cancellation)
    {
        var image = new float[data.ImageLength()];
        for (int i = 0; i < data.Count; i++)
        {
            cancellation.ThrowIfCancellationRequested();
            data.ReadImage(i, image);
            string label = data.Label(i) is >= 0 and int k ? $"{k:D4}-{FileName(data.ClassNames[k])}" : "unlabeled";
            PngWriter.Write(Path.Combine(folder, label, $"{data.OriginalIndex(i):D6}.png"), RgbImage.FromUnit(data.Channels, data.Height, data.Width, image));
            done(i + 1);
        }
    }

    private static string FileName(string name) => string.Concat(name.Select(letter => char.IsLetterOrDigit(letter) ? letter : '-'));
}
