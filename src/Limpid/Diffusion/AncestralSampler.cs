using Limpid.Torch;
using Limpid.Torch.Noise;

namespace Limpid.Diffusion;

/// <summary>Which variance a reverse step of DDPM has.</summary>
public enum ReverseVariance
{
    /// <summary>β̃, that of the forward posterior.</summary>
    Small,

    /// <summary>β, with β̃_1 at index 0.</summary>
    Large,

    /// <summary>Between the two, as the network says (Nichol &amp; Dhariwal 2021, eq. 15).</summary>
    Learned,
}

/// <summary>Ancestral sampling (Ho et al. 2020, algorithm 2) through x̂0.</summary>
/// <remarks>
/// Without clipping its mean is the same number as the ε-form (x − β/√(1−ᾱ)·ε̂)/√α of DiffPure's program.
/// A step over several indices is one step of the respaced process. No noise is added on the way to −1.
/// </remarks>
public sealed class AncestralSampler : ISampler
{
    private readonly NoiseSchedule schedule;
    private readonly INoisePredictor network;
    private readonly ReverseVariance variance;
    private readonly bool clip;

    /// <summary>A sampler for a network and its schedule.</summary>
    /// <param name="schedule">The schedule that indices refer to.</param>
    /// <param name="network">The noise predictor; for a learned variance one that has it.</param>
    /// <param name="variance">The variance.</param>
    /// <param name="clip">Whether x̂0 is limited to [−1,1].</param>
    /// <exception cref="ArgumentException">A learned variance is asked of a network without one.</exception>
    public AncestralSampler(NoiseSchedule schedule, INoisePredictor network, ReverseVariance variance, bool clip)
    {
        if (variance == ReverseVariance.Learned && network is not ILearnedVariance { HasLearnedVariance: true })
        {
            throw new ArgumentException("this network does not predict its variance; use the small or the large one", nameof(variance));
        }
        this.schedule = schedule;
        this.network = network;
        this.variance = variance;
        this.clip = clip;
    }

    /// <inheritdoc/>
    public Tensor Step(Tensor x, ReadOnlySpan<StepIndex> from, ReadOnlySpan<StepIndex> to, INoise noise)
    {
        using var scope = TensorScope.Begin();
        var p = Predict(x, from, to);
        return scope.Return(Sample(p, p.Mean, from, to, noise));
    }

    /// <summary>The distribution of x_j given x_i.</summary>
    internal ReverseDistribution Predict(Tensor x, ReadOnlySpan<StepIndex> from, ReadOnlySpan<StepIndex> to)
    {
        using var scope = TensorScope.Begin();
        var labels = Labels.Of(schedule, from);
        Tensor? v = null;
        var epsilon = variance == ReverseVariance.Learned
            ? WithVariance(((ILearnedVariance)network).PredictNoiseAndVariance(x, labels), out v)
            : network.PredictNoise(x, labels);
        var clean = (x * PerSample.Column(x, from, i => 1 / Math.Sqrt(schedule.AlphaBar(i))))
            - (epsilon * PerSample.Column(x, from, i => Math.Sqrt((1 / schedule.AlphaBar(i)) - 1)));
        if (clip)
        {
            clean = clean.Clamp(-1, 1);
        }
        var mean = (clean * PerSample.Column(x, from, to, CleanWeight)) + (x * PerSample.Column(x, from, to, StateWeight));
        return new ReverseDistribution(scope.Return(mean), scope.Return(LogVariance(x, from, to, v)), scope.Return(clean));
    }

    /// <summary>A draw around a mean, which may have been shifted by guidance; the mean itself for rows that go to −1.</summary>
    internal static Tensor Sample(ReverseDistribution p, Tensor mean, ReadOnlySpan<StepIndex> from, ReadOnlySpan<StepIndex> to, INoise noise)
    {
        if (!to.ContainsAnyExcept(StepIndex.Clean))
        {
            return mean;
        }
        using var scope = TensorScope.Begin();
        var deviation = (p.LogVariance * 0.5).Exp() * PerSample.Column(mean, to, j => j.IsClean ? 0 : 1);
        return scope.Return(mean + (deviation * PerSample.Normal(noise, NoisePurpose.Reverse, from, mean)));
    }

    private static Tensor WithVariance((Tensor Noise, Tensor Interpolation) output, out Tensor? interpolation)
    {
        interpolation = output.Interpolation;
        return output.Noise;
    }

    private Tensor LogVariance(Tensor x, ReadOnlySpan<StepIndex> from, ReadOnlySpan<StepIndex> to, Tensor? v)
    {
        using var scope = TensorScope.Begin();
        var small = PerSample.Column(x, from, to, LogSmall);
        if (variance == ReverseVariance.Small)
        {
            return scope.Return(small);
        }
        if (variance == ReverseVariance.Large)
        {
            return scope.Return(PerSample.Column(x, from, to, (i, j) => i.Value == 0 ? LogSmall(i, j) : Math.Log(Beta(i, j))));
        }
        var large = PerSample.Column(x, from, to, (i, j) => Math.Log(Beta(i, j)));
        var fraction = (v! + 1) * 0.5;
        return scope.Return((fraction * large) + ((1 - fraction) * small));
    }

    // One minus the product of the alphas that the step goes back over.
    private double Beta(StepIndex i, StepIndex j) => j == i.Previous ? schedule.Beta(i) : 1 - (schedule.AlphaBar(i) / schedule.AlphaBar(j));

    private double LogSmall(StepIndex i, StepIndex j) =>
        Math.Log(j.IsClean ? schedule.PosteriorVarianceClipped(new StepIndex(0)) : Beta(i, j) * (1 - schedule.AlphaBar(j)) / (1 - schedule.AlphaBar(i)));

    private double CleanWeight(StepIndex i, StepIndex j) => Beta(i, j) * Math.Sqrt(schedule.AlphaBar(j)) / (1 - schedule.AlphaBar(i));

    private double StateWeight(StepIndex i, StepIndex j) =>
        (1 - schedule.AlphaBar(j)) * Math.Sqrt(1 - Beta(i, j)) / (1 - schedule.AlphaBar(i));
}
