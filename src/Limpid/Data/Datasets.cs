using Limpid.Data.Shapes;
using Limpid.Torch;

namespace Limpid.Data;

/// <summary>Opens data sets by the names users write, and lists those known.</summary>
public static class Datasets
{
    /// <summary>Every kind that can be opened, in the order to show them.</summary>
    public static IReadOnlyList<KnownDataset> Known { get; } =
    [
        new("shapes", "shapes[:test|train]", "ten classes of painted 32x32 color shapes, drawn on demand; nothing to download", spec => OpenShapes(spec)),
        new("cifar10", "cifar10:DIR[:test|train]", "CIFAR-10, binary version (test_batch.bin, data_batch_1.bin …; plain or .gz)", spec => OpenFolder(spec, Cifar10.Open)),
        new("svhn", "svhn:DIR[:test|train]", "SVHN cropped digits: test_32x32.mat, train_32x32.mat, or CIFAR-like records (svhn_test*.bin; plain or .gz)", spec => OpenFolder(spec, Svhn.Open)),
        new("mnist", "mnist:DIR[:test|train]", "MNIST, four IDX files (plain or .gz), one channel, 28x28", spec => OpenFolder(spec, Mnist.Open)),
        new("images", "images:DIR[:cropN|sizeN]", "PNG and JPEG files: a folder per class, flat, or with labels.csv; crop224 is the field's resize to 256 and middle 224, size227 resizes straight", OpenImages),
        new("safetensors", "safetensors:FILE", "images [N,C,H,W], uint8 or float32 in [0,1], and int64 labels [N]; also what attack and purify write", OpenTensors),
    ];

    /// <summary>Opens a set by its written name, e.g. <c>shapes:test[0..63]</c> or <c>cifar10:DIR:train</c>; a slice's ends are inclusive.</summary>
    /// <exception cref="InputException">The name is malformed, or the files are missing or wrong; one line says what and how to mend it.</exception>
    public static IImageDataset Open(string name)
    {
        ArgumentNullException.ThrowIfNull(name);
        DatasetSpec spec = DatasetSpec.Parse(name);
        KnownDataset kind = Known.FirstOrDefault(known => string.Equals(known.Kind, spec.Kind, StringComparison.Ordinal))
            ?? throw new InputException($"data '{spec.Text}': there is no kind '{spec.Kind}'{NearestName.Hint(spec.Kind, Known.Select(known => known.Kind))} (known: {string.Join(", ", Known.Select(known => known.Kind))})");
        return spec.Cut(kind.Open(spec));
    }

    private static IImageDataset OpenFolder(DatasetSpec spec, Func<string, DataSplit, IImageDataset> open)
    {
        (string folder, DataSplit split) = spec.FolderAndSplit();
        return open(folder, split);
    }

    private static ImageFolder OpenImages(DatasetSpec spec)
    {
        int colon = spec.Rest.LastIndexOf(':');
        string last = spec.Rest[(colon + 1)..];
        if (spec.Rest.Length == 0)
        {
            throw new InputException($"data '{spec.Text}' names no folder; write images:DIR");
        }
        if (colon > 0 && ImagePreparation.TryParse(last, out ImagePreparation preparation))
        {
            return new ImageFolder(spec.Rest[..colon], preparation);
        }
        return colon > 0 && !Directory.Exists(spec.Rest) && Directory.Exists(spec.Rest[..colon])
            ? throw new InputException($"data '{spec.Text}': '{last}' should be cropN or sizeN, e.g. crop224")
            : new ImageFolder(spec.Rest);
    }

    private static IImageDataset OpenTensors(DatasetSpec spec) => spec.Rest.Length > 0
        ? TensorFile.Open(spec.Rest)
        : throw new InputException($"data '{spec.Text}' names no file; write safetensors:FILE");

    private static ShapesDataset OpenShapes(DatasetSpec spec) => new(spec.Rest switch
    {
        "" or "test" => DataSplit.Test,
        "train" => DataSplit.Train,
        _ => throw new InputException($"data '{spec.Text}': shapes has the parts test and train, not '{spec.Rest}'{NearestName.Hint(spec.Rest, ["test", "train"])}"),
    });
}
