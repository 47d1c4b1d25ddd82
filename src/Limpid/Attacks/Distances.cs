using Limpid.Torch;

namespace Limpid.Attacks;

/// <summary>How far images lie from others, per row and in float64, whatever their own precision.</summary>
public static class Distances
{
    /// <summary>Largest absolute change of any value.</summary>
    public static double[] Linf(Tensor images, Tensor originals) => Measure(images, originals, double.PositiveInfinity);

    /// <summary>Euclidean length of the change.</summary>
    public static double[] L2(Tensor images, Tensor originals) => Measure(images, originals, 2);

    /// <summary>Sum of absolute changes.</summary>
    public static double[] L1(Tensor images, Tensor originals) => Measure(images, originals, 1);

    private static double[] Measure(Tensor images, Tensor originals, double order)
    {
        using var scope = TensorScope.Begin();
        return (images.To(DType.Float64) - originals.To(DType.Float64)).Norm(order, [1, 2, 3]).ToDoubles();
    }
}
