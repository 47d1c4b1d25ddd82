using Limpid.Torch;

namespace Limpid.Purification;

/// <summary>SSIM (Wang et al. 2004) as guided purification measures it: an 11×11 Gaussian window of deviation 1.5, zeros outside.</summary>
/// <remarks>The constants 0.01² and 0.03² belong to a range of 1, though images in [−1,1] have 2: as in the authors' program. Differentiable, twice.</remarks>
public static class StructuralSimilarity
{
    private const int Window = 11;
    private const double C1 = 0.01 * 0.01;
    private const double C2 = 0.03 * 0.03;

    /// <summary>The mean over each image [N] of the similarity of two batches [N,C,H,W].</summary>
    public static Tensor PerImage(Tensor a, Tensor b)
    {
        using var scope = TensorScope.Begin();
        var window = Filters(a);
        var meanA = Local(a);
        var meanB = Local(b);
        var (squareA, squareB, product) = (meanA.Square(), meanB.Square(), meanA * meanB);
        var varianceA = Local(a.Square()) - squareA;
        var varianceB = Local(b.Square()) - squareB;
        var covariance = Local(a * b) - product;
        var similarity = ((product * 2) + C1) * ((covariance * 2) + C2)
            / ((squareA + squareB + C1) * (varianceA + varianceB + C2));
        return scope.Return(similarity.Mean([1, 2, 3]));

        Tensor Local(Tensor x) => Functional.Conv2d(x, window, padding: Window / 2, groups: (int)x.Size(1));
    }

    private static Tensor Filters(Tensor images)
    {
        using var scope = TensorScope.Begin();
        double[] taps = [.. Enumerable.Range(0, Window).Select(k => Math.Exp(-(k - (Window / 2)) * (k - (Window / 2)) / (2 * 1.5 * 1.5)))];
        double sum = taps.Sum();
        double[] kernel = [.. taps.SelectMany(row => taps.Select(column => row * column / (sum * sum)))];
        return scope.Return(Tensor.From(kernel, 1, 1, Window, Window).To(images.DType).To(images.Device).Repeat(images.Size(1), 1, 1, 1));
    }
}
