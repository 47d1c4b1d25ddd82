using Limpid.Torch;
using Limpid.Torch.Noise;

namespace Limpid.Diffusion;

/// <summary>The reverse-time SDE by Euler–Maruyama, or the probability-flow ODE by Euler steps (Song et al. 2021, eqs. 6 and 13).</summary>
/// <remarks>
/// x ← x + h·(½β(s)·x + g·β(s)·score) + √(β(s)·h)·z with g = 1; the ODE has g = ½ and no z. Coefficients are those of the
/// larger time. A count of t steps is time t/T, so index i is time (i+1)/T; the step to −1 ends at s = 1e-5 and is 1 % shorter.
/// </remarks>
/// <param name="network">The noise predictor; score = −ε̂/√(1−ᾱ(s)).</param>
/// <param name="deterministic">Whether to follow the ODE.</param>
/// <param name="label">How the network is told the time.</param>
/// <param name="steps">T, the steps that make up time 1.</param>
public sealed class ReverseSdeSampler(INoisePredictor network, bool deterministic = false, TimeLabel label = TimeLabel.Real, int steps = 1000) : ISampler
{
    private readonly INoisePredictor network = IContinuousLabels.Of(network);

    /// <inheritdoc/>
    public Tensor Step(Tensor x, ReadOnlySpan<StepIndex> from, ReadOnlySpan<StepIndex> to, INoise noise)
    {
        using var scope = TensorScope.Begin();
        var labels = new double[from.Length];
        for (int n = 0; n < labels.Length; n++)
        {
            labels[n] = ContinuousVpSchedule.Label(Time(from[n]), label);
        }
        var epsilon = network.PredictNoise(x, labels);
        double share = deterministic ? 0.5 : 1;
        var stateWeight = PerSample.Column(x, from, to, (i, j) => 1 + (0.5 * Rate(i, j)));
        var noiseWeight = PerSample.Column(x, from, to, (i, j) => share * Rate(i, j) / ContinuousVpSchedule.Deviation(Time(i)));
        var next = (x * stateWeight) - (epsilon * noiseWeight);
        if (!deterministic)
        {
            next += PerSample.Normal(noise, NoisePurpose.Reverse, from, x) * PerSample.Column(x, from, to, (i, j) => Math.Sqrt(Rate(i, j)));
        }
        return scope.Return(next);
    }

    private double Time(StepIndex i) => i.IsClean ? ContinuousVpSchedule.End : i.Count.Value / (double)steps;

    // β(s)·h of a step.
    private double Rate(StepIndex i, StepIndex j) => ContinuousVpSchedule.Beta(Time(i)) * (Time(i) - Time(j));
}
