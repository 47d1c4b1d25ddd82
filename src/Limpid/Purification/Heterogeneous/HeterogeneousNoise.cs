using Limpid.Classifiers;
using Limpid.Diffusion;
using Limpid.Torch;
using Limpid.Torch.Noise;

namespace Limpid.Purification.Heterogeneous;

/// <summary>More noise where the classifier looks (heterogeneous noise integration, "Divide and Conquer"): attended pixels are regenerated from a high level, all others kept at a low one.</summary>
/// <remarks>
/// While a step lands at or above t_s, pixels outside the mask are replaced by the input noised to the state's level, and the
/// state is noised by U more steps so that both regions agree; below t_s it is plain DDIM. Mask polarity and stage boundary
/// follow the published program (equation 5), not equation 8. Cost: one pass of the classifier and one network call a grid
/// step (U of them in the first stage with <see cref="Resampling.MultiStep"/>). The mask is a constant for gradients.
/// An empty mask leaves DDIM purification at t_s of a re-noised input; a mask of everything leaves DDIM at t_l.
/// </remarks>
public sealed class HeterogeneousNoise : IPurifier
{
    private static readonly double[] ImageNetMean = [0.485, 0.456, 0.406];
    private static readonly double[] ImageNetDeviation = [0.229, 0.224, 0.225];

    private readonly INoisePredictor network;
    private readonly IBlockActivations classifier;
    private readonly HeterogeneousOptions options;

    /// <summary>A purifier around a network, for a classifier.</summary>
    /// <param name="network">The noise predictor.</param>
    /// <param name="classifier">The classifier whose attention makes the mask.</param>
    /// <param name="options">Settings; default the first release for CIFAR-10.</param>
    /// <exception cref="InputException">Levels, threshold, grid or resampling steps do not fit together.</exception>
    public HeterogeneousNoise(INoisePredictor network, IBlockActivations classifier, HeterogeneousOptions? options = null)
    {
        this.network = network;
        this.classifier = classifier;
        this.options = options ?? new HeterogeneousOptions();
        Check(this.options);
    }

    /// <summary>How t_l and t_s change from sample to sample; shared unless set.</summary>
    public INoiseLevel Level { get; init; } = SharedLevel.Instance;

    /// <summary>The settings.</summary>
    public HeterogeneousOptions Options => options;

    /// <summary>The same purifier with fewer grid points, for gradients.</summary>
    public HeterogeneousNoise Surrogate(int gridPoints = 10) => new(network, classifier, options with { GridPoints = gridPoints }) { Level = Level };

    /// <summary>1 where the classifier looks, [N,1,H,W].</summary>
    /// <param name="images">[N,C,H,W] in [0,1].</param>
    public Tensor Mask(Tensor images)
    {
        using var noGrad = GradMode.Off();
        using var scope = TensorScope.Begin();
        var seen = options.PublishedMaskInput ? PublishedInput(images) : images;
        var all = classifier.BlockActivations(seen);
        if (options.Blocks?.Any(b => b < 0 || b >= all.Count) == true)
        {
            throw new InputException($"the classifier has blocks 0 to {all.Count - 1}, not {string.Join(", ", options.Blocks.Where(b => b < 0 || b >= all.Count))}: choose among those");
        }
        var chosen = options.Blocks is { } blocks ? [.. blocks.Select(b => all[b])] : all;
        var attention = AttentionMask.Attention(chosen, images.Size(2), images.Size(3));
        return scope.Return(options.TopShare is { } share ? AttentionMask.TopShare(attention, share) : AttentionMask.AboveThreshold(attention, options.Threshold));
    }

    /// <inheritdoc/>
    public PurificationPlan Plan(Tensor images, INoise noise, CancellationToken cancellation = default)
    {
        using var scope = TensorScope.Begin();
        var mask = Mask(images);
        var levels = Level.Measure(images, noise, cancellation);
        var high = options.Schedule.Limit(levels.Counts(CountOf(options.HighLevel)), options.ResamplingSteps + 1);
        var low = levels.Counts(CountOf(options.LowLevel));
        return new PurificationPlan([.. Steps(mask, Array.ConvertAll(high, Grid), low)], ClampOutput: true) { Counts = high, ScoreNorms = levels.ScoreNorms };
    }

    // Samples end together; one with a lower level joins later and costs nothing before.
    private IEnumerable<IChainStep> Steps(Tensor mask, StepIndex[][] grids, StepCount[] low)
    {
        int n = grids.Length;
        int[] noised = [.. Enumerable.Range(0, n).Where(row => grids[row].Length > 1)];
        if (noised.Length > 0)
        {
            yield return RowsStep.Of(noised, n, new ForwardStep(options.Schedule, [.. noised.Select(row => grids[row][0])]));
        }
        var sampler = new DdimSampler(options.Schedule, network, options.Eta);
        for (int remaining = grids.Max(g => g.Length) - 1; remaining > 0; remaining--)
        {
            int[] rows = [.. Enumerable.Range(0, n).Where(row => grids[row].Length > remaining)];
            bool FirstStage(int row) => grids[row][^remaining].Value >= low[row].Value;
            foreach (var part in new[] { rows.Where(FirstStage).ToArray(), [.. rows.Where(row => !FirstStage(row))] })
            {
                if (part.Length > 0)
                {
                    StepIndex[] from = [.. part.Select(row => grids[row][^(remaining + 1)])];
                    StepIndex[] to = [.. part.Select(row => grids[row][^remaining])];
                    var steps = FirstStage(part[0]) ? First(mask, part, from, to, sampler) : [new ReverseStep(sampler, from, to)];
                    foreach (var step in steps)
                    {
                        yield return RowsStep.Of(part, n, step);
                    }
                }
            }
        }
    }

    private IEnumerable<IChainStep> First(Tensor mask, int[] rows, StepIndex[] from, StepIndex[] to, DdimSampler sampler)
    {
        var schedule = options.Schedule;
        if (options.Resampling == Resampling.SingleStep)
        {
            yield return new RefillStep(schedule, mask.Rows(rows).Keep(), from, visit: 0);
            yield return new NoiseUpStep(schedule, from, options.ResamplingSteps);
            yield return new ReverseStep(sampler, Array.ConvertAll(from, i => new StepIndex(i.Value + options.ResamplingSteps)), to);
            yield break;
        }
        for (int visit = 0; visit < Math.Max(1, options.ResamplingSteps); visit++)
        {
            if (visit > 0)
            {
                yield return new NoiseBackStep(schedule, to, from, visit);
            }
            yield return new RefillStep(schedule, mask.Rows(rows).Keep(), from, visit);
            yield return new ReverseStep(sampler, from, to);
        }
    }

    // g_J … g_0, highest first; a level below one stride leaves the sample alone.
    private StepIndex[] Grid(StepCount level)
    {
        int steps = options.Schedule.Steps, stride = steps / options.GridPoints;
        int top = (int)((long)options.GridPoints * level.Value / steps);
        var grid = Enumerable.Range(0, top + 1).Select(j => new StepIndex((top - j) * stride)).ToArray();
        if (options.Finish && grid.Length > 1)
        {
            grid[^1] = StepIndex.Clean;
        }
        return grid;
    }

    private StepCount CountOf(double share) => new((int)Math.Round(share * options.Schedule.Steps));

    private static Tensor PublishedInput(Tensor images)
    {
        using var scope = TensorScope.Begin();
        var mean = Tensor.From(ImageNetMean, 1, 3, 1, 1).To(images.DType).To(images.Device);
        var deviation = Tensor.From(ImageNetDeviation, 1, 3, 1, 1).To(images.DType).To(images.Device);
        return scope.Return(((images * 2) - 1 - mean) / deviation);
    }

    private static void Check(HeterogeneousOptions o)
    {
        static void Need(bool holds, string message)
        {
            if (!holds)
            {
                throw new InputException(message);
            }
        }

        Need(o.HighLevel is > 0 and < 1, $"heterogeneous noise: the high level {o.HighLevel} must lie between 0 and 1");
        Need(o.LowLevel >= 0 && o.LowLevel < o.HighLevel, $"heterogeneous noise: the low level {o.LowLevel} must be at least 0 and below the high level {o.HighLevel}");
        Need(o.Threshold is >= 0 and <= 1, $"heterogeneous noise: the threshold {o.Threshold} must lie in [0,1]");
        Need(o.TopShare is null or (>= 0 and <= 1), $"heterogeneous noise: the share of attended pixels {o.TopShare} must lie in [0,1]");
        Need(o.GridPoints >= 1 && o.Schedule.Steps % o.GridPoints == 0, $"heterogeneous noise: {o.GridPoints} grid points do not divide the {o.Schedule.Steps} steps of the schedule");
        Need(o.ResamplingSteps >= 0, $"heterogeneous noise: {o.ResamplingSteps} resampling steps are fewer than 0");
        Need((o.HighLevel * o.Schedule.Steps) + o.ResamplingSteps < o.Schedule.Steps, $"heterogeneous noise: the high level {o.HighLevel} and {o.ResamplingSteps} resampling steps reach beyond the schedule");
    }
}
