using Limpid.Diffusion;
using Limpid.Torch;
using Limpid.Torch.Noise;

namespace Limpid.Purification;

/// <summary>Gradual noise scheduling (Lee &amp; Kim, ICCV 2023): several runs of purification, each noisier than the one before.</summary>
/// <remarks>
/// The unclamped result of a run is the input of the next. A noise level is measured once, from the image, and applies to
/// every run. Cost: the sum of all calls; 470 an image with the defaults. Rows are independent of one another.
/// </remarks>
public sealed class Gns : IPurifier
{
    private readonly GnsOptions options;
    private readonly DdimSampler sampler;

    /// <summary>A purifier around a network.</summary>
    /// <param name="network">The noise predictor.</param>
    /// <param name="options">Settings; default the defense on CIFAR-10.</param>
    /// <exception cref="ArgumentOutOfRangeException">A run is beyond the schedule, or has no calls.</exception>
    public Gns(INoisePredictor network, GnsOptions? options = null)
    {
        this.options = options ??= new GnsOptions();
        foreach (var run in options.Runs)
        {
            options.Schedule.Check(run.Count, nameof(options));
            if (run.Calls < 1)
            {
                throw new ArgumentOutOfRangeException(nameof(options), run.Calls, "a run needs at least 1 network call");
            }
        }
        sampler = new DdimSampler(options.Schedule, network, options.Eta);
    }

    /// <summary>How far each sample is diffused; the runs' own counts unless set.</summary>
    public INoiseLevel Level { get; init; } = SharedLevel.Instance;

    /// <summary>The settings.</summary>
    public GnsOptions Options => options;

    /// <inheritdoc/>
    public PurificationPlan Plan(Tensor images, INoise noise, CancellationToken cancellation = default)
    {
        var levels = Level.Measure(images, noise, cancellation);
        var steps = new List<IChainStep>();
        StepCount[]? last = null;
        for (int k = 0; k < options.Runs.Count; k++)
        {
            var run = options.Runs[k];
            var counts = options.Schedule.Limit(levels.Counts(run.Count));
            last = counts;
            var chain = ReverseChain.Steps(options.Schedule, counts, run.Calls, (from, to) => new ReverseStep(sampler, from, to));
            steps.AddRange(chain.Select(step => new RoundStep(step, k)));
        }
        return new PurificationPlan(steps, options.ClampOutput) { Counts = last, ScoreNorms = levels.ScoreNorms };
    }
}
