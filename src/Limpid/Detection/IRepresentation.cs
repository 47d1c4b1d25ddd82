using Limpid.Torch;
using Limpid.Torch.Noise;

namespace Limpid.Detection;

/// <summary>Makes of images what a deep kernel compares.</summary>
/// <remarks>A row depends on that row only.</remarks>
public interface IRepresentation
{
    /// <summary>Identifies all that the result depends on but the image: a reference made with another is refused.</summary>
    string Fingerprint { get; }

    /// <summary>Features and pixels of images, differentiable in them.</summary>
    /// <param name="images">[N,C,H,W] in [0,1].</param>
    /// <param name="noise">The noise of these rows; not all representations are random.</param>
    /// <param name="cancellation">Looked at once per network call, where there are several.</param>
    Represented Represent(Tensor images, INoise noise, CancellationToken cancellation = default);
}
