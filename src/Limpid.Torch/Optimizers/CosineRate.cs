namespace Limpid.Torch.Optimizers;

/// <summary>Half a cosine from the peak down to a floor (Loshchilov &amp; Hutter 2017, without restarts).</summary>
/// <param name="Peak">Rate at the start.</param>
/// <param name="Floor">Rate at the end.</param>
public sealed record CosineRate(double Peak, double Floor = 0) : ILearningRate
{
    /// <inheritdoc/>
    public double At(long step, double progress) => Floor + ((Peak - Floor) * 0.5 * (1 + Math.Cos(Math.PI * Math.Clamp(progress, 0, 1))));
}
