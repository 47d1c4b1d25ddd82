using Limpid.Diffusion;
using Limpid.Torch;

namespace Limpid.Tests.Support;

/// <summary>The exact noise predictor for images whose pixels are independent normals of mean 0 and a known deviation.</summary>
/// <remarks>ε̂ = √(1−ᾱ)·x/(ᾱσ²+1−ᾱ); labels are indices of the schedule. Works in the type of the images.</remarks>
public sealed class GaussianNetwork(NoiseSchedule schedule, double sigma) : INoisePredictor
{
    public double Factor(double alphaBar) => Math.Sqrt(1 - alphaBar) / Variance(alphaBar);

    public double Variance(double alphaBar) => (alphaBar * sigma * sigma) + 1 - alphaBar;

    public Tensor PredictNoise(Tensor diffused, ReadOnlySpan<double> timesteps)
    {
        double[] factors = [.. timesteps.ToArray().Select(t => Factor(schedule.AlphaBar(new StepIndex((int)Math.Round(t)))))];
        return diffused * Tensor.From(factors, factors.Length, 1, 1, 1).To(diffused.DType);
    }
}
