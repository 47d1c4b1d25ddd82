using Limpid.Torch;

namespace Limpid.Classifiers;

/// <summary>A classifier as a TorchScript module: images [N,C,H,W] in [0,1] in, logits out, normalization inside; differentiable in the images.</summary>
/// <remarks>Runs the file's program: open only files you trust. Its blocks cannot be seen, so it has no attention maps.</remarks>
public sealed class TorchScriptClassifier : IClassifier, IDisposable
{
    private static readonly ImageShape[] usual = [ImageShape.Color32, ImageShape.Digit, ImageShape.Color224];

    private readonly ScriptModule module;

    /// <summary>Takes over a module whose output is known to be logits.</summary>
    public TorchScriptClassifier(ScriptModule module, int classCount)
    {
        ArgumentNullException.ThrowIfNull(module);
        (this.module, ClassCount) = (module, classCount);
    }

    /// <inheritdoc/>
    public int ClassCount { get; }

    /// <summary>Opens a file; the number of classes is found by trying gray images of the usual sizes.</summary>
    /// <exception cref="InputException">The file is no TorchScript module, or none of the usual images gives logits.</exception>
    public static TorchScriptClassifier Open(string path)
    {
        var module = ScriptModule.Load(path);
        foreach (var shape in usual)
        {
            if (Classes(module, shape) is { } count)
            {
                return new TorchScriptClassifier(module, count);
            }
        }
        module.Dispose();
        throw new InputException($"{path} gives no logits [N, classes] for images {string.Join(", ", usual)}: is it a classifier whose batch size is free?");
    }

    /// <inheritdoc/>
    public Tensor Logits(Tensor images) => module.Forward(images);

    /// <summary>Moves the weights.</summary>
    public void To(Device device) => module.To(device);

    /// <summary>Frees the module.</summary>
    public void Dispose() => module.Dispose();

    private static int? Classes(ScriptModule module, ImageShape shape)
    {
        using var scope = TensorScope.Begin();
        using var noGrad = GradMode.Off();
        try
        {
            var logits = module.Forward(Tensor.Full([2, shape.Channels, shape.Height, shape.Width], 0.5));
            return logits.Rank == 2 && logits.Size(0) == 2 && logits.DType == DType.Float32 ? (int)logits.Size(1) : null;
        }
        catch (TorchException)
        {
            return null;
        }
    }
}
