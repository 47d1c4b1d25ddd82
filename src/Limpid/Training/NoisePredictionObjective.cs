using Limpid.Diffusion;
using Limpid.Torch;
using Limpid.Torch.Noise;

namespace Limpid.Training;

/// <summary>Predicts the noise in diffused images; dropout takes its randomness from the noise.</summary>
/// <param name="diffused">[N,C,H,W].</param>
/// <param name="timesteps">One per sample, 0…999.</param>
/// <param name="noise">A row per sample.</param>
public delegate Tensor NoiseNetwork(Tensor diffused, ReadOnlySpan<double> timesteps, INoise noise);

/// <summary>Mean square of ε − ε̂(√ᾱ_t x + √(1−ᾱ_t) ε, t) (Ho et al. 2020, eq. 14), with low noise levels drawn more often.</summary>
/// <param name="network">The network in training mode.</param>
/// <param name="schedule">The noise levels.</param>
/// <param name="favoredShare">Share of samples with t uniform in 0…<paramref name="favoredTimestep"/>; the rest are uniform over the whole schedule.</param>
/// <param name="favoredTimestep">The largest favored t.</param>
public sealed class NoisePredictionObjective(NoiseNetwork network, NoiseSchedule schedule, double favoredShare, int favoredTimestep) : IBatchObjective
{
    /// <inheritdoc/>
    public Tensor Loss(TrainingBatch batch)
    {
        ArgumentNullException.ThrowIfNull(batch);
        using var scope = TensorScope.Begin();
        double[] timesteps = Timesteps(batch.Noise);
        var epsilon = batch.Noise.Normal(NoisePurpose.Forward, 0, batch.Images.Shape[1..], batch.Images.Device);
        var diffused = Diffuse(schedule, batch.Images, timesteps, epsilon);
        return scope.Return((network(diffused, timesteps, batch.Noise) - epsilon).Square().Mean());
    }

    /// <summary>Images [N,C,H,W] in [0,1] → diffused, as the network sees them.</summary>
    internal static Tensor Diffuse(NoiseSchedule schedule, Tensor images, double[] timesteps, Tensor epsilon)
    {
        using var scope = TensorScope.Begin();
        StepIndex[] indices = Array.ConvertAll(timesteps, t => new StepIndex((int)t));
        return scope.Return(ForwardProcess.Jump(schedule, (images * 2) - 1, indices, epsilon));
    }

    /// <summary>The noise levels of a batch, one per row.</summary>
    internal double[] Timesteps(INoise noise)
    {
        using var scope = TensorScope.Begin();
        float[] draws = noise.Uniform(NoisePurpose.Training, 0, [2]).ToFloats(); // which range, where in it
        var timesteps = new double[noise.Count];
        for (int i = 0; i < timesteps.Length; i++)
        {
            int levels = draws[2 * i] < favoredShare ? favoredTimestep + 1 : schedule.Steps;
            timesteps[i] = Math.Min(levels - 1, (int)(draws[(2 * i) + 1] * levels));
        }
        return timesteps;
    }
}
