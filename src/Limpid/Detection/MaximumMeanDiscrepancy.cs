using Limpid.Torch;

namespace Limpid.Detection;

/// <summary>How far two batches lie apart as distributions: estimates of MMD² and of their spread (Gretton et al., JMLR 2012; Liu et al., ICML 2020).</summary>
/// <remarks>All are scalars [] and differentiable.</remarks>
public static class MaximumMeanDiscrepancy
{
    private const double Guard = 1e-8; // of the published objective

    /// <summary>The V-statistic mean(Kx) + mean(Ky) − 2 mean(Kxy): 0 or more, diagonals included.</summary>
    /// <remarks>
    /// What DAD's detector, denoiser and attack use though its text defines the U-statistic; the threshold 0.05 is on this
    /// scale. For two clean batches of n it is about (2/n)(1−k̄) on average, k̄ the mean kernel of different images.
    /// Batches may differ in size, down to one image.
    /// </remarks>
    public static Tensor Biased(KernelBlocks k)
    {
        using var scope = TensorScope.Begin();
        return scope.Return(k.Clean.Mean() + k.Tested.Mean() - k.Cross.Mean() * 2);
    }

    /// <summary>The one-sample U-statistic: diagonals dropped, that of the cross kernel too; 0 on average for two clean batches.</summary>
    /// <exception cref="InputException">The batches differ in size or have fewer than two images.</exception>
    public static Tensor Unbiased(KernelBlocks k)
    {
        long n = Pairs(k);
        using var scope = TensorScope.Begin();
        var rows = Tensor.Range(n, DType.Int64, k.Clean.Device);
        var different = rows.Unsqueeze(1).NotEqualTo(rows).To(k.Clean.DType);
        Tensor Mean(Tensor kernel) => (kernel * different).Sum() / (n * (n - 1.0));
        return scope.Return(Mean(k.Clean) + Mean(k.Tested) - Mean(k.Cross) * 2);
    }

    /// <summary>The variance of √n·MMD² under the alternative: 4(mean_i(mean_j H_ij)² − (mean H)²) with H = Kx + Ky − Kxy − Kxyᵀ.</summary>
    /// <exception cref="InputException">The batches differ in size or have fewer than two images.</exception>
    public static Tensor Variance(KernelBlocks k)
    {
        Pairs(k);
        using var scope = TensorScope.Begin();
        var h = k.Clean + k.Tested - k.Cross - k.Cross.Transpose(0, 1);
        return scope.Return((h.Mean([1]).Square().Mean() - h.Mean().Square()) * 4);
    }

    /// <summary>What MMD-OPT makes large: (MMD_u² + 1e-8) / √(variance + 1e-8), the test power but for constants.</summary>
    /// <exception cref="InputException">The batches differ in size or have fewer than two images.</exception>
    public static Tensor TestPower(KernelBlocks k)
    {
        using var scope = TensorScope.Begin();
        return scope.Return((Unbiased(k) + Guard) / (Variance(k) + Guard).Sqrt());
    }

    private static long Pairs(KernelBlocks k)
    {
        var (clean, tested) = (k.Cross.Size(0), k.Cross.Size(1));
        return clean == tested && clean >= 2
            ? clean
            : throw new InputException($"the U-statistic compares two batches of one size, of 2 images at least, not {clean} with {tested}: use the V-statistic, or the gate for single images");
    }
}
