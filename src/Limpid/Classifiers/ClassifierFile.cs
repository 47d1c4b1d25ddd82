using Limpid.Data;
using Limpid.Torch;
using Limpid.Torch.Layers;
using Limpid.Torch.Weights;

namespace Limpid.Classifiers;

/// <summary>Classifiers as files: published weights under an architecture's name, and our own safetensors that name it themselves.</summary>
public static class ClassifierFile
{
    private const string ArchitectureKey = "architecture";
    private const string ClassesKey = "classes";
    private const string ImageKey = "image";
    private const string NormalizationKey = "normalization";

    /// <summary>An untrained network of a known architecture, weights zero until loaded or initialized.</summary>
    /// <param name="architecture">Such as <c>plain-cnn-16</c> or <c>wrn-16-2</c>.</param>
    /// <param name="classes">Number of classes; null for the family's own.</param>
    /// <param name="image">The images; null for the family's own.</param>
    /// <param name="normalization">What is done to images; null for what the family's published weights expect.</param>
    /// <exception cref="InputException">There is no such architecture; the message names the nearest.</exception>
    public static NetworkClassifier Create(string architecture, int? classes = null, ImageShape? image = null, Normalization? normalization = null)
    {
        var (family, numbers) = Find(architecture);
        var input = image ?? family.Input;
        return new NetworkClassifier(family.Build(new NetworkSize(numbers, classes ?? family.Classes, input)), normalization ?? family.Normalization, input) { Architecture = architecture };
    }

    /// <summary>A network of a known architecture with published weights of any supported format.</summary>
    /// <param name="architecture">Such as <c>cifar-resnet20</c>.</param>
    /// <param name="path">The weight file.</param>
    /// <param name="part">Dotted path of the weights within the file; null to find them.</param>
    /// <exception cref="InputException">There is no such architecture or file, or the weights do not fit.</exception>
    public static NetworkClassifier Open(string architecture, string path, string? part = null)
    {
        var (family, _) = Find(architecture);
        var checkpoint = Checkpoint.Read(path);
        var classifier = Create(architecture, ClassesIn(checkpoint, family), normalization: NormalizationIn(checkpoint, family));
        return Load(classifier, checkpoint, part ?? family.Part, family.Ignored);
    }

    /// <summary>A classifier that <see cref="Save"/> wrote.</summary>
    /// <exception cref="InputException">The file is missing or damaged, names no known architecture, or its weights do not fit.</exception>
    public static NetworkClassifier Open(string path)
    {
        var checkpoint = Checkpoint.Read(path);
        if (checkpoint.Scalars.GetValueOrDefault(ArchitectureKey) is not string architecture)
        {
            throw new InputException($"{path} does not say its architecture: name it, as in cifar-resnet20={path}");
        }
        int? classes = checkpoint.Scalars.GetValueOrDefault(ClassesKey) is string text && int.TryParse(text, out int count) && count > 0 ? count : null;
        ImageShape? image = checkpoint.Scalars.GetValueOrDefault(ImageKey) is string shape ? ImageShape.Parse(shape) : null;
        var normalization = checkpoint.Scalars.GetValueOrDefault(NormalizationKey) is string constants ? Normalization.Parse(constants) : null;
        return Load(Create(architecture, classes, image, normalization), checkpoint, part: null, ignored: null);
    }

    /// <summary>Writes weights, architecture and normalization as safetensors that <see cref="Open(string)"/> reads.</summary>
    /// <param name="classifier">A classifier with an architecture's name.</param>
    /// <param name="path">File to write, whole or not at all.</param>
    /// <param name="about">Further text: training data, accuracy, license; null for none.</param>
    /// <exception cref="InputException">The file cannot be written.</exception>
    public static void Save(NetworkClassifier classifier, string path, IReadOnlyDictionary<string, string>? about = null)
    {
        ArgumentNullException.ThrowIfNull(classifier);
        ArgumentException.ThrowIfNullOrEmpty(classifier.Architecture);
        var metadata = new SortedDictionary<string, string>(StringComparer.Ordinal);
        foreach (var (key, value) in about ?? new Dictionary<string, string>(StringComparer.Ordinal))
        {
            metadata[key] = value;
        }
        metadata[ArchitectureKey] = classifier.Architecture;
        metadata[ClassesKey] = $"{classifier.ClassCount}";
        metadata[ImageKey] = classifier.Input.ToString();
        metadata[NormalizationKey] = classifier.Normalization.ToString();
        classifier.Network.Save(path, metadata);
    }

    internal static bool IsKnown(string architecture) => ClassifierFamilies.All.Any(family => family.NumbersIn(architecture) is not null);

    private static (ClassifierFamily Family, IReadOnlyList<int> Numbers) Find(string architecture)
    {
        foreach (var family in ClassifierFamilies.All)
        {
            if (family.NumbersIn(architecture) is { } numbers)
            {
                return (family, numbers);
            }
        }
        string[] names = [.. ClassifierFamilies.All.SelectMany(family => family.ExampleNames)];
        throw new InputException($"there is no classifier architecture '{architecture}'{NearestName.Hint(architecture, names)} (known: {string.Join(", ", names)}, torchscript)");
    }

    private static NetworkClassifier Load(NetworkClassifier classifier, Checkpoint checkpoint, string? part, Func<string, bool>? ignored)
    {
        try
        {
            classifier.Network.Load(checkpoint, part, ignored);
            return classifier;
        }
        catch
        {
            classifier.Dispose();
            throw;
        }
    }

    /// <summary>The rows of the last layer; wrong or missing ones are left to the loader's message.</summary>
    private static int? ClassesIn(Checkpoint checkpoint, ClassifierFamily family)
    {
        string? head = checkpoint.Tensors.Names.FirstOrDefault(name => IsCalled(name, family.Head));
        return head is not null && checkpoint.Tensors[head].Shape is [> 0 and < 1_000_000 and var rows, ..] ? (int)rows : null;
    }

    /// <summary>Networks that normalize inside keep their constants in the file as <c>mean</c> and <c>std</c>; these win over the family's.</summary>
    private static Normalization NormalizationIn(Checkpoint checkpoint, ClassifierFamily family)
    {
        double[]? Constants(string called) =>
            checkpoint.Tensors.Names.FirstOrDefault(name => IsCalled(name, called)) is { } name && checkpoint.Tensors[name] is var tensor && tensor.Count == family.Input.Channels ? tensor.ToDoubles() : null;
        return family.Ignored?.Invoke("mean") == true && Constants("mean") is { } mean && Constants("std") is { } std
            ? family.Normalization with { Mean = mean, Std = std }
            : family.Normalization;
    }

    private static bool IsCalled(string name, string called) => name == called || name.EndsWith("." + called, StringComparison.Ordinal);
}
