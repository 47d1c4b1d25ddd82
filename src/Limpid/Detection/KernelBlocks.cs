using Limpid.Torch;

namespace Limpid.Detection;

/// <summary>The kernel within and between a clean and a tested batch.</summary>
/// <param name="Clean">[N,N].</param>
/// <param name="Tested">[M,M].</param>
/// <param name="Cross">[N,M]: clean against tested.</param>
public readonly record struct KernelBlocks(Tensor Clean, Tensor Tested, Tensor Cross)
{
    /// <summary>From the kernel of both batches one after the other, [N+M,N+M].</summary>
    public static KernelBlocks Of(Tensor joint, int clean)
    {
        long all = joint.Size(0);
        var (upper, lower) = (joint.Slice(0, 0, clean), joint.Slice(0, clean, all));
        return new KernelBlocks(upper.Slice(1, 0, clean), lower.Slice(1, clean, all), upper.Slice(1, clean, all));
    }
}
