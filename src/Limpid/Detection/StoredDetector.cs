using Limpid.Torch;

namespace Limpid.Detection;

/// <summary>What a detector's file holds.</summary>
public sealed class StoredDetector : IDisposable
{
    private readonly string path;

    internal StoredDetector(string path, CleanReference reference, BatchThreshold? batch, SampleThreshold? sample) =>
        (this.path, Reference, BatchThreshold, SampleThreshold) = (path, reference, batch, sample);

    /// <summary>Clean images and kernel.</summary>
    public CleanReference Reference { get; }

    /// <summary>The threshold of batches; null where none was stored.</summary>
    public BatchThreshold? BatchThreshold { get; }

    /// <summary>The threshold of single images; null where none was fitted.</summary>
    public SampleThreshold? SampleThreshold { get; }

    /// <summary>The gate of batches; with the published threshold where none was stored.</summary>
    public BatchGate ForBatches() => new(Reference, BatchThreshold);

    /// <summary>The gate of single images.</summary>
    /// <exception cref="InputException">The file has no threshold for them.</exception>
    public SampleGate ForImages() =>
        new(Reference, SampleThreshold ?? throw new InputException($"{path}: the detector has no threshold for single images: calibrate it on clean validation images"));

    /// <summary>Frees the reference.</summary>
    public void Dispose() => Reference.Dispose();
}
