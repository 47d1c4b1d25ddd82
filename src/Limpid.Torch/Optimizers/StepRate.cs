namespace Limpid.Torch.Optimizers;

/// <summary>The rate multiplied by a factor at each milestone.</summary>
/// <param name="Start">Rate at the start.</param>
/// <param name="Factor">What each milestone multiplies by.</param>
/// <param name="Milestones">Shares of the training, in [0,1].</param>
public sealed record StepRate(double Start, double Factor, IReadOnlyList<double> Milestones) : ILearningRate
{
    /// <inheritdoc/>
    public double At(long step, double progress) => Start * Math.Pow(Factor, Milestones.Count(m => progress >= m));
}
