namespace Limpid.Torch.Optimizers;

/// <summary>The same rate throughout.</summary>
/// <param name="Rate">The rate.</param>
public sealed record ConstantRate(double Rate) : ILearningRate
{
    /// <inheritdoc/>
    public double At(long step, double progress) => Rate;
}
