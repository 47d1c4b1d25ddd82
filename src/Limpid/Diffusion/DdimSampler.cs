using Limpid.Torch;
using Limpid.Torch.Noise;

namespace Limpid.Diffusion;

/// <summary>Generalized DDIM (Song et al. 2021, eq. 12): η = 0 is deterministic, η = 1 with unit stride is ancestral DDPM with variance β̃.</summary>
/// <remarks>
/// x̂0 = (x_i − √(1−ᾱ_i)·ε̂)/√ᾱ_i; c1 = η·√((1−ᾱ_i/ᾱ_j)(1−ᾱ_j)/(1−ᾱ_i)); c2 = √(1−ᾱ_j−c1²); x_j = √ᾱ_j·x̂0 + c1·z + c2·ε̂.
/// At j = −1 the result is x̂0 and no noise is drawn.
/// </remarks>
public sealed class DdimSampler : ISampler
{
    private readonly NoiseSchedule schedule;
    private readonly INoisePredictor network;
    private readonly double eta;
    private readonly bool clip;

    /// <summary>A sampler for a network and its schedule.</summary>
    /// <param name="schedule">The schedule that indices refer to.</param>
    /// <param name="network">The noise predictor.</param>
    /// <param name="eta">η in [0,1].</param>
    /// <param name="clip">Whether x̂0 is limited to [−1,1] and ε̂ derived from it again; no purifier of the literature does.</param>
    public DdimSampler(NoiseSchedule schedule, INoisePredictor network, double eta = 0, bool clip = false)
    {
        if (!(eta >= 0 && eta <= 1))
        {
            throw new ArgumentOutOfRangeException(nameof(eta), eta, "eta must be between 0 (DDIM) and 1 (DDPM)");
        }
        this.schedule = schedule;
        this.network = network;
        this.eta = eta;
        this.clip = clip;
    }

    /// <inheritdoc/>
    public Tensor Step(Tensor x, ReadOnlySpan<StepIndex> from, ReadOnlySpan<StepIndex> to, INoise noise)
    {
        using var scope = TensorScope.Begin();
        var epsilon = network.PredictNoise(x, Labels.Of(schedule, from));
        var inverseSignal = PerSample.Column(x, from, i => 1 / Math.Sqrt(schedule.AlphaBar(i)));
        var noiseToSignal = PerSample.Column(x, from, i => Math.Sqrt((1 / schedule.AlphaBar(i)) - 1));
        var clean = (x * inverseSignal) - (epsilon * noiseToSignal); // x̂0
        if (clip)
        {
            clean = clean.Clamp(-1, 1);
            epsilon = ((x * inverseSignal) - clean) / noiseToSignal;
        }
        var signal = PerSample.Column(x, to, j => Math.Sqrt(schedule.AlphaBar(j)));
        var c2 = PerSample.Column(x, from, to, (i, j) => Math.Sqrt(Math.Max(0, 1 - schedule.AlphaBar(j) - Square(Sigma(i, j)))));
        var next = (clean * signal) + (epsilon * c2);
        if (eta > 0 && to.ContainsAnyExcept(StepIndex.Clean))
        {
            next += PerSample.Normal(noise, NoisePurpose.Reverse, from, x) * PerSample.Column(x, from, to, Sigma);
        }
        return scope.Return(next);
    }

    /// <summary>c1, the deviation of the fresh noise.</summary>
    internal double Sigma(StepIndex i, StepIndex j)
    {
        double from = schedule.AlphaBar(i), to = schedule.AlphaBar(j);
        return eta * Math.Sqrt((1 - (from / to)) * (1 - to) / (1 - from));
    }

    private static double Square(double value) => value * value;
}
