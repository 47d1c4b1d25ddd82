using Limpid.Classifiers;
using Limpid.Torch;
using Limpid.Torch.Noise;

namespace Limpid.Detection;

/// <summary>Clean images that a detector compares with, as its kernel sees them.</summary>
/// <remarks>DAD keeps 50 training images a class for this, and leaves them out of the training of the denoiser.</remarks>
public sealed class CleanReference : IDisposable
{
    private readonly Lazy<double> meanKernel;

    /// <summary>Takes over a copy of represented images.</summary>
    /// <param name="view">Makes of images what the kernel compares; it stays the caller's.</param>
    /// <param name="kernel">The kernel.</param>
    /// <param name="data">The clean images as <paramref name="view"/> represents them, at least two.</param>
    /// <param name="image">Their size.</param>
    /// <exception cref="InputException">There are fewer than two, or the numbers make no kernel.</exception>
    public CleanReference(IRepresentation view, DeepKernel kernel, Represented data, ImageShape image)
    {
        kernel.Check();
        if (data.Count < 2)
        {
            throw new InputException($"a detector needs at least 2 clean images to compare with, not {data.Count}");
        }
        (View, Kernel, Image) = (view, kernel, image);
        Data = new Represented(data.Features.Detach().Clone().Keep(), data.Pixels.Detach().Clone().Keep());
        meanKernel = new Lazy<double>(MeanOfGram);
    }

    /// <summary>Makes of images what the kernel compares.</summary>
    public IRepresentation View { get; }

    /// <summary>The kernel.</summary>
    public DeepKernel Kernel { get; }

    /// <summary>The clean images.</summary>
    public Represented Data { get; }

    /// <summary>Size of the images.</summary>
    public ImageShape Image { get; }

    /// <summary>How many there are.</summary>
    public int Count => Data.Count;

    /// <summary>Mean of the kernel between all pairs, each image with itself included.</summary>
    public double MeanGram => meanKernel.Value;

    /// <summary>k̄: mean of the kernel between different images.</summary>
    public double MeanKernel => (MeanGram * Count - 1) / (Count - 1.0);

    /// <summary>Represents clean images, batch by batch.</summary>
    /// <param name="view">Makes of images what the kernel compares.</param>
    /// <param name="kernel">The kernel.</param>
    /// <param name="images">Clean images [N,C,H,W] in [0,1], at least two.</param>
    /// <param name="noise">The noise of these rows.</param>
    /// <param name="batch">Images at a time.</param>
    public static CleanReference Of(IRepresentation view, DeepKernel kernel, Tensor images, INoise noise, int batch = 64)
    {
        using var scope = TensorScope.Begin();
        return new CleanReference(view, kernel, RepresentAll(view, images, noise, batch), ShapeOf(images));
    }

    /// <summary>Features and pixels of many images, without gradient.</summary>
    /// <param name="view">Makes of images what the kernel compares.</param>
    /// <param name="images">[N,C,H,W] in [0,1].</param>
    /// <param name="noise">The noise of these rows.</param>
    /// <param name="batch">Images at a time.</param>
    /// <param name="cancellation">Looked at once per network call.</param>
    public static Represented RepresentAll(IRepresentation view, Tensor images, INoise noise, int batch = 64, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(view);
        ArgumentOutOfRangeException.ThrowIfLessThan(batch, 1);
        using var noGrad = GradMode.Off();
        using var scope = TensorScope.Begin();
        var parts = Enumerable.Range(0, (int)images.Size(0)).Chunk(batch)
            .Select(rows => view.Represent(images.Slice(0, rows[0], rows[^1] + 1), noise.Rows(rows), cancellation)).ToArray();
        return new Represented(
            scope.Return(Tensor.Concat([.. parts.Select(part => part.Features)])),
            scope.Return(Tensor.Concat([.. parts.Select(part => part.Pixels)])));
    }

    /// <summary>Images of the reference's own size as its kernel sees them, differentiable.</summary>
    /// <param name="images">[N,C,H,W] in [0,1].</param>
    /// <param name="noise">The noise of these rows.</param>
    /// <param name="cancellation">Looked at once per network call.</param>
    /// <exception cref="InputException">The images are of another size.</exception>
    public Represented Represent(Tensor images, INoise noise, CancellationToken cancellation = default)
    {
        if (images.Rank != 4 || ShapeOf(images) != Image)
        {
            throw new InputException($"the detector was fitted for images {Image}, not [{string.Join(", ", images.Shape[1..].ToArray())}]: fit it again on such images");
        }
        return View.Represent(images, noise, cancellation);
    }

    /// <summary>Frees the images.</summary>
    public void Dispose()
    {
        Data.Features.Dispose();
        Data.Pixels.Dispose();
    }

    private static ImageShape ShapeOf(Tensor images) => new((int)images.Size(1), (int)images.Size(2), (int)images.Size(3));

    private double MeanOfGram()
    {
        using var noGrad = GradMode.Off();
        using var scope = TensorScope.Begin();
        return Kernel.Gram(Data, Data).To(DType.Float64).Mean().Item();
    }
}
