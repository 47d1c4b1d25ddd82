using Limpid.Torch;

namespace Limpid.Diffusion;

/// <summary>An EDM denoiser as a noise predictor, so that any purifier can run on it.</summary>
/// <remarks>With y = x/√ᾱ and σ = √((1−ᾱ)/ᾱ): ε̂ = (y − D(y; σ))/σ.</remarks>
public sealed class DenoiserNoisePredictor : INoisePredictor, IContinuousLabels
{
    private readonly IDenoiser denoiser;
    private readonly Func<double, double> alphaBar;

    private DenoiserNoisePredictor(IDenoiser denoiser, Func<double, double> alphaBar)
    {
        this.denoiser = denoiser;
        this.alphaBar = alphaBar;
    }

    /// <summary>For discrete purifiers: labels are indices of a schedule that is not respaced; ᾱ between two is interpolated in its logarithm.</summary>
    public static DenoiserNoisePredictor Discrete(IDenoiser denoiser, NoiseSchedule schedule) =>
        new(denoiser, label => LabeledSchedule.AlphaBar(schedule.AlphaBars, label));

    /// <summary>For the reverse SDE, the ODE and EPS: labels are 999·s.</summary>
    public static DenoiserNoisePredictor Continuous(IDenoiser denoiser) => new(denoiser, label => ContinuousVpSchedule.AlphaBar(label / 999));

    /// <inheritdoc/>
    INoisePredictor IContinuousLabels.Continuous => Continuous(denoiser);

    /// <inheritdoc/>
    public Tensor PredictNoise(Tensor diffused, ReadOnlySpan<double> timesteps)
    {
        using var scope = TensorScope.Begin();
        var (signals, sigmas) = (new double[timesteps.Length], new double[timesteps.Length]);
        for (int n = 0; n < sigmas.Length; n++)
        {
            double a = alphaBar(timesteps[n]);
            (signals[n], sigmas[n]) = (1 / Math.Sqrt(a), Math.Sqrt((1 - a) / a));
        }
        var y = diffused * PerSample.Column(diffused, signals);
        return scope.Return((y - denoiser.Denoise(y, sigmas)) / PerSample.Column(diffused, sigmas));
    }
}
