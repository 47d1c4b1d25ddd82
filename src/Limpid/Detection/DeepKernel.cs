using Limpid.Torch;

namespace Limpid.Detection;

/// <summary>How alike two images are, in what a network sees and in their pixels (Liu et al., ICML 2020, eq. 1; DAD, ICML 2025).</summary>
/// <remarks>
/// k(a,b) = (1−ε₀)·exp(−‖φ(a)−φ(b)‖²/σ₀ − ‖a−b‖²/σ) + ε₀·exp(−‖a−b‖²/σ). As in the published programs distances are
/// divided by σ₀ and σ themselves, without a factor 2. In (0,1], and 1 for two equal images.
/// </remarks>
/// <param name="Epsilon">ε₀: the share of pixels alone, in (0,1); it keeps the kernel characteristic.</param>
/// <param name="FeatureBandwidth">σ₀: the squared distance of features over which likeness falls to 1/e, above 0.</param>
/// <param name="PixelBandwidth">σ: the same for pixels, above 0.</param>
public sealed record DeepKernel(double Epsilon, double FeatureBandwidth, double PixelBandwidth)
{
    /// <summary>The kernel between each row of one batch and each of another: [N,M].</summary>
    /// <remarks>Differentiable in all four tensors. Memory: a few matrices [N,M].</remarks>
    public Tensor Gram(Represented a, Represented b)
    {
        using var scope = TensorScope.Begin();
        var (type, device) = (a.Features.DType, a.Features.Device);
        Tensor Scalar(double value) => Tensor.Full([], value, type, device);
        return scope.Return(Gram(a, b, Scalar(Epsilon), Scalar(FeatureBandwidth), Scalar(PixelBandwidth)));
    }

    /// <summary>All three matrices that a discrepancy needs.</summary>
    public KernelBlocks Blocks(Represented clean, Represented tested) => new(Gram(clean, clean), Gram(tested, tested), Gram(clean, tested));

    /// <summary>Whether the three numbers make a kernel.</summary>
    /// <exception cref="InputException">They do not.</exception>
    public void Check()
    {
        if (!(Epsilon is > 0 and < 1 && FeatureBandwidth is > 0 and < double.PositiveInfinity && PixelBandwidth is > 0 and < double.PositiveInfinity))
        {
            throw new InputException($"a deep kernel needs 0 < epsilon < 1 and bandwidths above 0, not epsilon {Epsilon}, sigma0 {FeatureBandwidth}, sigma {PixelBandwidth}: train it again");
        }
    }

    /// <summary>The kernel with its numbers as scalar tensors, so that they can be trained.</summary>
    internal static Tensor Gram(Represented a, Represented b, Tensor epsilon, Tensor featureBandwidth, Tensor pixelBandwidth)
    {
        using var scope = TensorScope.Begin();
        var semantic = SquaredDistances(a.Features, b.Features) / featureBandwidth;
        var pixel = SquaredDistances(Flat(a.Pixels), Flat(b.Pixels)) / pixelBandwidth;
        return scope.Return((1 - epsilon) * (-semantic - pixel).Exp() + epsilon * (-pixel).Exp());
    }

    /// <summary>‖a_i − b_j‖² as ‖a_i‖² + ‖b_j‖² − 2 a_i·b_j: [N,M], what rounding made negative is zero.</summary>
    internal static Tensor SquaredDistances(Tensor a, Tensor b)
    {
        using var scope = TensorScope.Begin();
        var (squaresA, squaresB) = (a.Square().Sum([1], keepDimensions: true), b.Square().Sum([1], keepDimensions: true));
        return scope.Return((squaresA + squaresB.Transpose(0, 1) - a.MatMul(b.Transpose(0, 1)) * 2).Clamp(0, null));
    }

    private static Tensor Flat(Tensor pixels) => pixels.Rank == 2 ? pixels : pixels.Reshape(pixels.Size(0), -1);
}
