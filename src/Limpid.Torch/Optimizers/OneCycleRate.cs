namespace Limpid.Torch.Optimizers;

/// <summary>Up along a cosine, then down along another to almost nothing (Smith &amp; Topin 2018; the shape of PyTorch's <c>OneCycleLR</c>).</summary>
/// <param name="Peak">The largest rate.</param>
/// <param name="Rise">Share of the training spent going up, in (0,1).</param>
/// <param name="StartDivisor">The start is the peak divided by this.</param>
/// <param name="EndDivisor">The end is the start divided by this.</param>
public sealed record OneCycleRate(double Peak, double Rise = 0.3, double StartDivisor = 25, double EndDivisor = 1e4) : ILearningRate
{
    /// <inheritdoc/>
    public double At(long step, double progress)
    {
        double start = Peak / StartDivisor;
        return progress < Rise ? Between(start, Peak, progress / Rise) : Between(Peak, start / EndDivisor, Math.Min(1, (progress - Rise) / (1 - Rise)));
    }

    private static double Between(double from, double to, double share) => to + ((from - to) * 0.5 * (1 + Math.Cos(Math.PI * share)));
}
