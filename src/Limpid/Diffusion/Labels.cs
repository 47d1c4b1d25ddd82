namespace Limpid.Diffusion;

/// <summary>Time labels for a batch.</summary>
internal static class Labels
{
    public static double[] Of(NoiseSchedule schedule, ReadOnlySpan<StepIndex> indices)
    {
        var labels = new double[indices.Length];
        for (int n = 0; n < labels.Length; n++)
        {
            labels[n] = schedule.Label(indices[n]);
        }
        return labels;
    }
}
