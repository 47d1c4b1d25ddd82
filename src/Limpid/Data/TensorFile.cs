using Limpid.Torch;
using Limpid.Torch.Weights;

namespace Limpid.Data;

/// <summary>Images of a safetensors file: <c>images</c> [N,C,H,W] as uint8 or as float32 in [0,1], and int64 <c>labels</c> [N] where they are known.</summary>
/// <remarks>
/// What the attack and purify commands write can be read too: without <c>images</c>, <c>adversarial</c> or <c>purified</c> is taken.
/// <c>index</c> [N], where it is there, holds the indices in the full set; the text <c>classes</c> in the
/// header, tab separated, the names of the classes. Float values are kept as they are, unrounded.
/// </remarks>
public static class TensorFile
{
    private static readonly string[] ImageNames = ["images", "adversarial", "purified"];

    /// <summary>Reads a file whole.</summary>
    /// <exception cref="InputException">It is damaged, has no images, or its tensors do not fit together.</exception>
    public static IImageDataset Open(string path)
    {
        StoredTensors tensors = SafetensorsFile.Read(path);
        string key = ImageNames.FirstOrDefault(tensors.Contains)
            ?? throw new InputException($"{path} has no tensor 'images' [N,C,H,W]; it holds {string.Join(", ", tensors.Names.Take(6))}");
        StoredTensor images = tensors[key];
        if (images.Shape is not [> 0, 1 or 3, > 0 and <= 16384, > 0 and <= 16384] || images.Shape[0] > int.MaxValue)
        {
            throw new InputException($"{path}: '{key}' is {images}, expected [N,C,H,W] with C 1 or 3");
        }
        int count = (int)images.Shape[0];
        int[] labels = Labels(path, tensors, count);
        long[]? original = tensors.TryGetValue("index", out StoredTensor? index) ? Integers(path, "index", index, count) : null;
        if (original is not null && original.Any(position => position < 0))
        {
            throw new InputException($"{path}: 'index' holds a negative number; indices start at 0");
        }
        string[] classes = tensors.Metadata.TryGetValue("classes", out string? names) && names.Split('\t') is var given && given.Length > labels.Max()
            ? given
            : [.. Enumerable.Range(0, labels.Max() + 1).Select(number => $"class {number}")];
        (int channels, int height, int width) = ((int)images.Shape[1], (int)images.Shape[2], (int)images.Shape[3]);
        string name = $"safetensors:{path}";
        return images.DType switch
        {
            _ when images.ByteLength > Array.MaxLength => throw new InputException($"{path}: '{key}' has {images.ByteLength} bytes, more than {Array.MaxLength}; split the file"),
            DType.UInt8 => new InMemoryDataset(name, channels, height, width, images.Data.ToArray(), labels, classes, original),
            DType.Float32 => new InMemoryFloatDataset(name, channels, height, width, Values(path, key, images), labels, classes, original),
            _ => throw new InputException($"{path}: '{key}' is {images.DType}, expected uint8 or float32 in [0,1]"),
        };
    }

    private static float[] Values(string path, string key, StoredTensor images)
    {
        float[] values = images.ToFloats();
        int wrong = Array.FindIndex(values, value => value is not (>= 0f and <= 1f));
        return wrong < 0
            ? values
            : throw new InputException($"{path}: '{key}' holds {values[wrong]} in image {wrong / (values.Length / images.Shape[0])}, expected values in [0,1]; divide bytes by 255");
    }

    private static int[] Labels(string path, StoredTensors tensors, int count)
    {
        if (!tensors.TryGetValue("labels", out StoredTensor? stored))
        {
            return [.. Enumerable.Repeat(-1, count)];
        }
        long[] labels = Integers(path, "labels", stored, count);
        int wrong = Array.FindIndex(labels, label => label is < -1 or >= 1_000_000);
        return wrong < 0
            ? [.. labels.Select(label => (int)label)]
            : throw new InputException($"{path}: label {labels[wrong]} of image {wrong}, expected -1 (unknown) or a class from 0 on");
    }

    private static long[] Integers(string path, string key, StoredTensor tensor, int count) =>
        tensor.DType is DType.Int64 or DType.Int32 or DType.UInt8 && tensor.Shape is [var length] && length == count
            ? tensor.ToInt64s()
            : throw new InputException($"{path}: '{key}' is {tensor}, expected {count} integers (int64)");
}
