using System.Globalization;
using Limpid.Classifiers;
using Limpid.Torch;
using Limpid.Torch.Weights;

namespace Limpid.Detection;

/// <summary>A detector as one safetensors file: clean reference, kernel, thresholds, image size, and which network it was fitted with.</summary>
public static class DetectorFile
{
    private const string Kind = "deep-kernel-detector";
    private const string Features = "reference.features", Pixels = "reference.pixels";

    /// <summary>Writes the file, whole or not at all.</summary>
    /// <param name="path">A <c>.safetensors</c> file.</param>
    /// <param name="reference">Clean images and kernel.</param>
    /// <param name="batch">The threshold of batches; null for none.</param>
    /// <param name="sample">The threshold of single images; null for none.</param>
    /// <param name="about">Further text: data, license; null for none.</param>
    /// <exception cref="InputException">The file cannot be written.</exception>
    public static void Save(string path, CleanReference reference, BatchThreshold? batch = null, SampleThreshold? sample = null, IReadOnlyDictionary<string, string>? about = null)
    {
        ArgumentNullException.ThrowIfNull(reference);
        var text = new SortedDictionary<string, string>(about?.ToDictionary() ?? [], StringComparer.Ordinal)
        {
            ["detector"] = Kind,
            ["network"] = reference.View.Fingerprint,
            ["image"] = reference.Image.ToString(),
            ["epsilon"] = Text(reference.Kernel.Epsilon),
            ["sigma0"] = Text(reference.Kernel.FeatureBandwidth),
            ["sigma"] = Text(reference.Kernel.PixelBandwidth),
        };
        if (batch is not null)
        {
            text["batch.threshold"] = Text(batch.Value);
            text["batch.size"] = Text(batch.Batch);
            text["batch.corrected"] = batch.IsCorrected ? "yes" : "no";
            if (batch.FalsePositiveRate is { } rate)
            {
                text["batch.rate"] = Text(rate);
            }
        }
        if (sample is not null)
        {
            text["sample.threshold"] = Text(sample.Value);
            text["sample.images"] = Text(sample.Images);
            if (sample.FalsePositiveRate is { } rate)
            {
                text["sample.rate"] = Text(rate);
            }
        }
        using var scope = TensorScope.Begin();
        var tensors = new StoredTensors { { Features, Stored(reference.Data.Features) }, { Pixels, Compact(reference.Data.Pixels) } };
        SafetensorsFile.Write(path, tensors, text);
    }

    /// <summary>Reads what <see cref="Save"/> wrote.</summary>
    /// <param name="path">The file.</param>
    /// <param name="view">The representation that it was fitted with, of the same weights.</param>
    /// <param name="image">The images that will be judged; null to check them when they come.</param>
    /// <param name="device">Where the reference is put.</param>
    /// <exception cref="InputException">The file is missing, damaged or no detector, or it was fitted with another network or for images of another size.</exception>
    public static StoredDetector Read(string path, IRepresentation view, ImageShape? image = null, Device device = default)
    {
        ArgumentNullException.ThrowIfNull(view);
        var stored = SafetensorsFile.Read(path);
        var text = new DetectorText(path, stored.Metadata);
        if (text.Word("detector") != Kind)
        {
            throw new InputException($"{path} is no detector that limpid wrote");
        }
        if (text.Word("network") is var network && network != view.Fingerprint)
        {
            throw new InputException($"{path}: the detector was fitted with another network ({Short(network)}, not {Short(view.Fingerprint)}): fit it again with this one");
        }
        var size = ImageShape.Parse(text.Word("image"));
        if (image is { } wanted && wanted != size)
        {
            throw new InputException($"{path}: the detector was fitted for images {size}, not {wanted}: fit it again on such images");
        }
        var kernel = new DeepKernel(text.Number("epsilon"), text.Number("sigma0"), text.Number("sigma"));
        using var scope = TensorScope.Begin();
        var data = new Represented(Floats(stored[Features]).To(device), Floats(stored[Pixels]).To(device));
        if (data.Features.Rank != 2 || data.Pixels.Rank != 4 || data.Pixels.Size(0) != data.Count)
        {
            throw new InputException($"{path}: the detector's reference is damaged: fit it again");
        }
        return new StoredDetector(
            path,
            new CleanReference(view, kernel, data, size),
            text.Has("batch.threshold") ? new BatchThreshold(text.Number("batch.threshold"), (int)text.Number("batch.size"))
            {
                IsCorrected = text.Word("batch.corrected") == "yes",
                FalsePositiveRate = text.NumberOrNull("batch.rate"),
            } : null,
            text.Has("sample.threshold") ? new SampleThreshold(text.Number("sample.threshold"), text.NumberOrNull("sample.rate"), (int)text.Number("sample.images")) : null);
    }

    private static string Text(double value) => value.ToString("R", CultureInfo.InvariantCulture);

    private static string Short(string fingerprint) => fingerprint.Length > 12 ? fingerprint[..12] : fingerprint;

    private static StoredTensor Stored(Tensor tensor) => new(tensor.DType, tensor.Shape.ToArray(), tensor.Contiguous().ToBytes());

    // Pixels that came from bytes go back to bytes: a quarter of the size, and nothing lost.
    private static StoredTensor Compact(Tensor pixels)
    {
        var bytes = (pixels * 255).Round().Clamp(0, 255).To(DType.UInt8);
        return (bytes.To(DType.Float32) / 255).EqualTo(pixels).All() ? Stored(bytes) : Stored(pixels);
    }

    private static Tensor Floats(StoredTensor stored)
    {
        var tensor = Tensor.FromBytes(stored.Data.Span, stored.DType, stored.Shape);
        return stored.DType == DType.UInt8 ? tensor.To(DType.Float32) / 255 : tensor;
    }
}
