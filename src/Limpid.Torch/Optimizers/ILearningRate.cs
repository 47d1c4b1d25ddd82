namespace Limpid.Torch.Optimizers;

/// <summary>The learning rate as a function of how far training has come.</summary>
public interface ILearningRate
{
    /// <summary>The rate of a step.</summary>
    /// <param name="step">Steps already taken.</param>
    /// <param name="progress">Share of the training that is done, in [0,1].</param>
    double At(long step, double progress);
}
