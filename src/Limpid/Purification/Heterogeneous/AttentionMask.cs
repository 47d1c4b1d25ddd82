using Limpid.Torch;

namespace Limpid.Purification.Heterogeneous;

/// <summary>Where a classifier looks: the union of its blocks' attention maps above a threshold (heterogeneous noise, §3.1).</summary>
/// <remarks>
/// Per block G = Σ_c |A_c|², enlarged bilinearly, scaled per image to [0,1]; the mask is where the largest of the maps passes.
/// The published program leaves out the root of the paper's norm and scales by minimum and maximum where the paper writes a
/// softmax; so do we. A constant map says nothing and adds nothing.
/// </remarks>
public static class AttentionMask
{
    // Below every threshold in [0,1]: the value of a map that says nothing.
    private const double Silent = -1;

    /// <summary>The largest scaled attention over the blocks, [N,1,H,W]; −1 where every map of an image is constant.</summary>
    /// <param name="activations">Block activations [N,C_m,h_m,w_m].</param>
    /// <param name="height">Height of the image.</param>
    /// <param name="width">Width of the image.</param>
    public static Tensor Attention(IReadOnlyList<Tensor> activations, long height, long width)
    {
        ArgumentNullException.ThrowIfNull(activations);
        using var noGrad = GradMode.Off();
        using var scope = TensorScope.Begin();
        Tensor? largest = null;
        foreach (var activation in activations)
        {
            var map = Scaled(activation, height, width);
            largest = largest is null ? map : largest.Maximum(map);
        }
        return scope.Return(largest ?? throw new ArgumentException("an attention mask needs at least one block", nameof(activations)));
    }

    /// <summary>1 where attention is at least τ, [N,1,H,W] float32.</summary>
    public static Tensor AboveThreshold(Tensor attention, double threshold)
    {
        using var scope = TensorScope.Begin();
        return scope.Return(attention.AtLeast(threshold).To(DType.Float32));
    }

    /// <summary>1 at the ⌊share · H · W⌋ pixels of highest attention of each image (and at their equals), [N,1,H,W] float32.</summary>
    public static Tensor TopShare(Tensor attention, double share)
    {
        using var scope = TensorScope.Begin();
        long n = attention.Size(0), pixels = attention.Size(2) * attention.Size(3);
        long count = (long)(share * pixels);
        if (count == 0)
        {
            return scope.Return(attention.ZerosLike());
        }
        var (values, _) = attention.Reshape(n, pixels).TopK(count, 1);
        var smallest = values.Slice(1, count - 1, count).Reshape(n, 1, 1, 1);
        return scope.Return(attention.AtLeast(smallest).LogicalAnd(attention.AtLeast(0.0)).To(DType.Float32));
    }

    private static Tensor Scaled(Tensor activation, long height, long width)
    {
        using var scope = TensorScope.Begin();
        var map = Functional.UpsampleBilinear(activation.Square().Sum([1], keepDimensions: true), height, width);
        var low = map.Min([1, 2, 3], keepDimensions: true);
        var range = map.Max([1, 2, 3], keepDimensions: true) - low;
        var constant = range.AtMost(0.0);
        var scaled = (map - low) / Tensor.Where(constant, range.OnesLike(), range);
        return scope.Return(Tensor.Where(constant, Tensor.Full([1], Silent, device: map.Device), scaled));
    }
}
