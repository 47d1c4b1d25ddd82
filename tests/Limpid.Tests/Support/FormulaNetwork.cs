using Limpid.Diffusion;
using Limpid.Torch;

namespace Limpid.Tests.Support;

/// <summary>The formula that stands for a network in the reference steps: ε = 0.6·sin(1.7x + 0.3c + t/250) + 0.25x, v = 0.9·cos(2x + 0.5c − t/400).</summary>
public sealed class FormulaNetwork : ILearnedVariance
{
    public bool HasLearnedVariance => true;

    public List<double[]> Labels { get; } = [];

    public Tensor PredictNoise(Tensor diffused, ReadOnlySpan<double> timesteps) => PredictNoiseAndVariance(diffused, timesteps).Noise;

    public (Tensor Noise, Tensor Interpolation) PredictNoiseAndVariance(Tensor diffused, ReadOnlySpan<double> timesteps)
    {
        Labels.Add(timesteps.ToArray());
        float[] time = [.. timesteps.ToArray().Select(t => (float)t)];
        var t = Tensor.From(time, time.Length, 1, 1, 1);
        var channel = Tensor.Range(diffused.Size(1), DType.Float32).Reshape(1, diffused.Size(1), 1, 1);
        var noise = (((diffused * 1.7) + (channel * 0.3) + (t / 250)).Sin() * 0.6) + (diffused * 0.25);
        var interpolation = ((diffused * 2) + (channel * 0.5) - (t / 400)).Cos() * 0.9;
        return (noise, interpolation);
    }
}
