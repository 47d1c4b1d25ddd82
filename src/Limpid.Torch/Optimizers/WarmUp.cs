namespace Limpid.Torch.Optimizers;

/// <summary>Another schedule, scaled up linearly from almost 0 during the first steps.</summary>
/// <param name="Then">The schedule.</param>
/// <param name="Steps">How many steps the rise takes; 0 for none.</param>
public sealed record WarmUp(ILearningRate Then, int Steps) : ILearningRate
{
    /// <inheritdoc/>
    public double At(long step, double progress) => Then.At(step, progress) * (step < Steps ? (step + 1.0) / Steps : 1);
}
