using Limpid.Torch;

namespace Limpid.Diffusion;

/// <summary>A network of another schedule, or of another range of images, asked at the same amount of noise.</summary>
/// <remarks>
/// With y = x/√ᾱ = u + σ·z and images r·u for the network: ᾱ′ = 1/(1 + r²σ²), x′ = √ᾱ′·r·y, and its answer is the same z. The label is
/// the index, which may lie between two, at which its schedule has ᾱ′: levels are matched by noise, never by number.
/// </remarks>
public sealed class MatchedNoisePredictor : INoisePredictor, IContinuousLabels
{
    private readonly INoisePredictor network;
    private readonly IReadOnlyList<double> own;
    private readonly double range;
    private readonly double labelScale;
    private readonly Func<double, double> asked;

    /// <summary>Joins a network to labels of the linear schedule of 1000 steps.</summary>
    /// <param name="network">The network, told labels of its own.</param>
    /// <param name="alphaBars">ᾱ of its own schedule, falling.</param>
    /// <param name="range">r: its clean images lie in [−r,r].</param>
    /// <param name="labelScale">Its label of an index of its schedule, as a factor.</param>
    public MatchedNoisePredictor(INoisePredictor network, IReadOnlyList<double> alphaBars, double range = 1, double labelScale = 1)
        : this(network, alphaBars, range, labelScale, label => LabeledSchedule.AlphaBar(NoiseSchedule.Linear1000.AlphaBars, label))
    {
    }

    private MatchedNoisePredictor(INoisePredictor network, IReadOnlyList<double> alphaBars, double range, double labelScale, Func<double, double> asked) =>
        (this.network, own, this.range, this.labelScale, this.asked) = (network, alphaBars, range, labelScale, asked);

    /// <inheritdoc/>
    public INoisePredictor Continuous => new MatchedNoisePredictor(network, own, range, labelScale, label => ContinuousVpSchedule.AlphaBar(label / 999));

    /// <inheritdoc/>
    public Tensor PredictNoise(Tensor diffused, ReadOnlySpan<double> timesteps)
    {
        using var scope = TensorScope.Begin();
        var (scales, labels) = (new double[timesteps.Length], new double[timesteps.Length]);
        for (int n = 0; n < scales.Length; n++)
        {
            double alphaBar = asked(timesteps[n]), matched = 1 / (1 + (range * range * ((1 / alphaBar) - 1)));
            scales[n] = range * Math.Sqrt(matched / alphaBar);
            labels[n] = labelScale * LabeledSchedule.Index(own, matched);
        }
        return scope.Return(network.PredictNoise(diffused * PerSample.Column(diffused, scales), labels));
    }
}
