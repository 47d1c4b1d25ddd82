using Limpid.Data;
using Limpid.Torch;

namespace Limpid.Cli.DataSets;

/// <summary>Where the public data sets come from; Limpid fetches nothing by itself.</summary>
internal static class Origins
{
    private static readonly Dictionary<string, string> Texts = new(StringComparer.Ordinal)
    {
        ["cifar10"] = "cifar10: fetch \"CIFAR-10 binary version\" from https://www.cs.toronto.edu/~kriz/cifar.html, unpack it, and write cifar10:DIR:test, where DIR holds test_batch.bin (plain or .gz)",
        ["svhn"] = "svhn: fetch format 2 (cropped digits) from http://ufldl.stanford.edu/housenumbers/, convert it to records of a label byte and 3072 pixel bytes (CHW) in svhn_test.bin, and write svhn:DIR:test",
        ["mnist"] = "mnist: fetch the four IDX files (train-images-idx3-ubyte.gz and so on) of the MNIST database and write mnist:DIR:test",
        ["shapes"] = "shapes: nothing to fetch; the images are painted on demand: shapes:test, shapes:train",
        ["images"] = "images: any folder of PNG or JPEG files, a folder per class or flat: images:DIR",
        ["safetensors"] = "safetensors: any file with images [N,C,H,W] (uint8, or float32 in [0,1]) and labels (int64): safetensors:FILE",
    };

    /// <exception cref="InputException">The kind is not known.</exception>
    public static string Of(string kind) => Texts.TryGetValue(kind, out string? text)
        ? text
        : throw new InputException($"data '{kind}' is not known{NearestName.Hint(kind, Texts.Keys)} (known: {string.Join(", ", Texts.Keys)})");
}
