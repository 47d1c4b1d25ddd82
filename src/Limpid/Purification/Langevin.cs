using Limpid.Diffusion;
using Limpid.Torch;
using Limpid.Torch.Noise;

namespace Limpid.Purification;

/// <summary>Settings of <see cref="Langevin"/>; defaults those of DiffPure's <c>ldsde</c>.</summary>
public sealed record LangevinOptions
{
    /// <summary>Length of the integration in thousandths; steps are of 10 thousandths, the last is cut short.</summary>
    public StepCount Count { get; init; } = new(100);

    /// <summary>σ²: how far from the input the state may stray.</summary>
    public double Spread { get; init; } = 1e-3;

    /// <summary>λ: speed.</summary>
    public double Rate { get; init; } = 1e-2;

    /// <summary>η: strength of the noise.</summary>
    public double Eta { get; init; } = 5;
}

/// <summary>Langevin dynamics near the input (DiffPure, appendix): drift ½λ·(score(x, 0.01) − (x − x_in)/σ²), diffusion η·√λ.</summary>
/// <remarks>No initial noise; the network is always asked at s = 0.01. One network call a step of 0.01.</remarks>
public sealed class Langevin : IPurifier
{
    private const double Time = 0.01;
    private const int Stride = 10;
    private readonly INoisePredictor network;
    private readonly LangevinOptions options;

    /// <summary>A purifier around a network.</summary>
    public Langevin(INoisePredictor network, LangevinOptions? options = null)
    {
        this.network = IContinuousLabels.Of(network);
        this.options = options ?? new LangevinOptions();
        NoiseSchedule.Linear1000.Check(this.options.Count, nameof(options));
        if (!(this.options.Spread > 0) || !(this.options.Rate > 0) || !(this.options.Eta >= 0))
        {
            throw new ArgumentOutOfRangeException(nameof(options), "spread and rate must be above 0, eta not below");
        }
    }

    /// <inheritdoc/>
    public PurificationPlan Plan(Tensor images, INoise noise, CancellationToken cancellation = default)
    {
        int total = options.Count.Value;
        return new PurificationPlan(
            [.. Enumerable.Range(0, (total + Stride - 1) / Stride).Select(k => new Step(network, options, k, Math.Min(Stride, total - (k * Stride)) / 1000.0))],
            ClampOutput: false);
    }

    private sealed class Step(INoisePredictor network, LangevinOptions options, int index, double length) : IChainStep
    {
        public Tensor Apply(Tensor state, Tensor input, INoise noise)
        {
            using var scope = TensorScope.Begin();
            var labels = new double[(int)state.Size(0)];
            Array.Fill(labels, ContinuousVpSchedule.Label(Time, TimeLabel.Real));
            var score = network.PredictNoise(state, labels) * (-1 / ContinuousVpSchedule.Deviation(Time));
            var drift = (score - ((state - input) / options.Spread)) * (0.5 * options.Rate * length);
            var z = noise.Normal(NoisePurpose.Reverse, index, state.Shape[1..], state.Device);
            return scope.Return(state + drift + (z * (options.Eta * Math.Sqrt(options.Rate * length))));
        }
    }
}
