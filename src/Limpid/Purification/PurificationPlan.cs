using Limpid.Diffusion;

namespace Limpid.Purification;

/// <summary>What will be done to one batch.</summary>
/// <param name="Steps">The steps in order; the state starts as the input in [−1,1].</param>
/// <param name="ClampOutput">Whether the result is limited to [0,1]; methods differ, and gradients with them.</param>
public sealed record PurificationPlan(IReadOnlyList<IChainStep> Steps, bool ClampOutput) : IDisposable
{
    /// <summary>How far each sample is diffused; of several runs the last, of several levels the highest. Null where nothing is diffused.</summary>
    public IReadOnlyList<StepCount>? Counts { get; init; }

    /// <summary>The score norms that the levels were derived from, one per sample; null where none was measured.</summary>
    public IReadOnlyList<double>? ScoreNorms { get; init; }

    /// <summary>Frees tensors that steps hold (masks).</summary>
    public void Dispose()
    {
        foreach (var step in Steps)
        {
            (step as IDisposable)?.Dispose();
        }
    }
}
