using Limpid.Torch;

namespace Limpid.Diffusion;

/// <summary>The forward process q: adding noise.</summary>
public static class ForwardProcess
{
    /// <summary>x_i = √ᾱ_i · u + √(1 − ᾱ_i) · z: from the clean image to an index at once.</summary>
    /// <param name="schedule">The schedule.</param>
    /// <param name="clean">u [N,C,H,W] in [−1,1].</param>
    /// <param name="to">Index per sample.</param>
    /// <param name="z">Standard normals [N,C,H,W].</param>
    public static Tensor Jump(NoiseSchedule schedule, Tensor clean, ReadOnlySpan<StepIndex> to, Tensor z)
    {
        using var scope = TensorScope.Begin();
        var signal = PerSample.Column(clean, to, i => Math.Sqrt(schedule.AlphaBar(i)));
        var sigma = PerSample.Column(clean, to, i => Math.Sqrt(1 - schedule.AlphaBar(i)));
        return scope.Return((clean * signal) + (z * sigma));
    }

    /// <summary>x_i = √α_i · x_{i−1} + √β_i · z: one step of noise.</summary>
    /// <param name="schedule">The schedule.</param>
    /// <param name="x">x_{i−1} [N,C,H,W].</param>
    /// <param name="to">The index i that is reached, per sample.</param>
    /// <param name="z">Standard normals [N,C,H,W].</param>
    public static Tensor Step(NoiseSchedule schedule, Tensor x, ReadOnlySpan<StepIndex> to, Tensor z)
    {
        using var scope = TensorScope.Begin();
        var signal = PerSample.Column(x, to, i => Math.Sqrt(1 - schedule.Beta(i)));
        var sigma = PerSample.Column(x, to, i => Math.Sqrt(schedule.Beta(i)));
        return scope.Return((x * signal) + (z * sigma));
    }
}
