using Limpid.Diffusion;

namespace Limpid.Purification.Heterogeneous;

/// <summary>Numbers draws at the same index that must differ.</summary>
internal static class DrawNumber
{
    private const int Visits = 4096;

    /// <summary>One number per index and visit.</summary>
    public static StepIndex[] Of(StepIndex[] at, int visit) => Array.ConvertAll(at, i => new StepIndex((i.Value * Visits) + visit));
}
