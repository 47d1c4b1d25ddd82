using Limpid.Torch;
using Limpid.Torch.Noise;

namespace Limpid.Diffusion;

/// <summary>The probability-flow ODE by Heun's method in EDM's coordinates y = x/√ᾱ, σ = √((1−ᾱ)/ᾱ) (Karras et al. 2022, algorithm 1 without churn).</summary>
/// <remarks>dy/dσ = ε̂. Its first half is DDIM; the step to the clean image has no second half. Two network calls a step, one for the last. Deterministic.</remarks>
/// <param name="schedule">The schedule that indices refer to.</param>
/// <param name="network">The noise predictor.</param>
public sealed class HeunSampler(NoiseSchedule schedule, INoisePredictor network) : ISampler
{
    /// <inheritdoc/>
    public Tensor Step(Tensor x, ReadOnlySpan<StepIndex> from, ReadOnlySpan<StepIndex> to, INoise noise)
    {
        using var scope = TensorScope.Begin();
        var y = x * PerSample.Column(x, from, i => 1 / Math.Sqrt(schedule.AlphaBar(i)));
        var length = PerSample.Column(x, from, to, (i, j) => Sigma(j) - Sigma(i));
        var signal = PerSample.Column(x, to, j => Math.Sqrt(schedule.AlphaBar(j)));
        var slope = network.PredictNoise(x, Labels.Of(schedule, from));
        var euler = (y + (slope * length)) * signal;
        int[] rows = Unfinished(to);
        if (rows.Length == 0)
        {
            return scope.Return(euler);
        }
        var indices = Tensor.From(Array.ConvertAll(rows, static r => (long)r), rows.Length).To(x.Device);
        StepIndex[] some = [.. to.ToArray().Where(j => !j.IsClean)];
        var slopeThere = network.PredictNoise(euler.IndexSelect(0, indices), Labels.Of(schedule, some));
        var correction = (slopeThere - slope.IndexSelect(0, indices)) * (length * signal).IndexSelect(0, indices) * 0.5;
        return scope.Return(euler.IndexCopy(0, indices, euler.IndexSelect(0, indices) + correction));
    }

    private static int[] Unfinished(ReadOnlySpan<StepIndex> to)
    {
        var rows = new List<int>();
        for (int n = 0; n < to.Length; n++)
        {
            if (!to[n].IsClean)
            {
                rows.Add(n);
            }
        }
        return [.. rows];
    }

    private double Sigma(StepIndex i) => Math.Sqrt((1 / schedule.AlphaBar(i)) - 1);
}
