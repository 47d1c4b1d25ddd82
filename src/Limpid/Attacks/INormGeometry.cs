using Limpid.Torch;
using Limpid.Torch.Noise;

namespace Limpid.Attacks;

/// <summary>What differs between norms when an attack walks within a ball.</summary>
/// <remarks>Results have the images' element type; the limit to [0,1] is part of <see cref="Project"/> and always its last operation.</remarks>
public interface INormGeometry
{
    /// <summary>A random point of the ball around each image, within [0,1].</summary>
    Tensor RandomStart(Tensor images, INoise noise);

    /// <summary>The point that lies <paramref name="size"/> along the steepest ascent.</summary>
    Tensor Step(Tensor at, Tensor gradient, double size);

    /// <summary>The nearest point of the ball around each image, then limited to [0,1].</summary>
    Tensor Project(Tensor at, Tensor images);

    /// <summary>The norm of each row's change, float64.</summary>
    double[] Distance(Tensor at, Tensor images);
}
