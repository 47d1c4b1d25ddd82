namespace Limpid.Purification;

/// <summary>What will be done to one batch.</summary>
/// <param name="Steps">The steps in order; the state starts as the input in [−1,1].</param>
/// <param name="ClampOutput">Whether the result is limited to [0,1]; methods differ, and gradients with them.</param>
public sealed record PurificationPlan(IReadOnlyList<IChainStep> Steps, bool ClampOutput) : IDisposable
{
    /// <summary>How many steps of the shared schedule each sample is diffused, where the purifier's level is its own; null otherwise.</summary>
    public IReadOnlyList<int>? Counts { get; init; }

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
