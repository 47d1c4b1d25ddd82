using Limpid.Diffusion;
using Limpid.Torch;
using Limpid.Torch.Noise;

namespace Limpid.Purification;

/// <summary>Guided diffusion model for purification (Wang et al. 2022): each reverse step is pulled toward the input.</summary>
/// <remarks>
/// A round starts from the unclamped result of the round before; the input that guides is always the original image, so the
/// gradient of every step passes through it too. Distances are per image: rows are independent of one another.
/// Cost: rounds × steps network calls an image.
/// </remarks>
public sealed class Gdmp : IPurifier
{
    private readonly GdmpOptions options;
    private readonly AncestralSampler sampler;

    /// <summary>A purifier around a network.</summary>
    /// <param name="network">The noise predictor.</param>
    /// <param name="options">Settings; default CIFAR-10 under PGD.</param>
    /// <exception cref="ArgumentOutOfRangeException">A setting is outside its range.</exception>
    public Gdmp(INoisePredictor network, GdmpOptions? options = null)
    {
        this.options = options ??= new GdmpOptions();
        ArgumentOutOfRangeException.ThrowIfLessThan(options.Rounds, 1, nameof(options));
        options.Schedule.Check(new StepCount(options.Count.Value + Extra), nameof(options));
        if (options.Calls < 1)
        {
            throw new ArgumentOutOfRangeException(nameof(options), options.Calls, "a round needs at least 1 network call");
        }
        if (options.Guidance != Guidance.None && !(options.GuideScale >= 0 && options.Perturbation > 0 && options.LiteratureBatch > 0))
        {
            throw new ArgumentOutOfRangeException(nameof(options), "guidance needs a scale of 0 or more, a perturbation above 0 and a literature batch above 0");
        }
        sampler = new AncestralSampler(options.Schedule, network, options.Variance, clip: true);
    }

    /// <summary>How far each sample is diffused in every round; the shared count unless set.</summary>
    public INoiseLevel Level { get; init; } = SharedLevel.Instance;

    /// <summary>The settings.</summary>
    public GdmpOptions Options => options;

    private int Extra => options.OneStepMore ? 1 : 0;

    /// <inheritdoc/>
    public PurificationPlan Plan(Tensor images, INoise noise, CancellationToken cancellation = default)
    {
        var levels = Level.Measure(images, noise, cancellation);
        var counts = options.Schedule.Limit(levels.Counts(options.Count), Extra);
        var steps = new List<IChainStep>();
        for (int round = 0; round < options.Rounds; round++)
        {
            var chain = ReverseChain.Steps(options.Schedule, counts, options.Calls, Reverse, Extra);
            steps.AddRange(chain.Select(step => new RoundStep(step, round)));
        }
        return new PurificationPlan(steps, options.ClampOutput) { Counts = counts, ScoreNorms = levels.ScoreNorms };
    }

    private IChainStep Reverse(StepIndex[] from, StepIndex[] to) => new GuidedStep(sampler, options, from, to);
}
