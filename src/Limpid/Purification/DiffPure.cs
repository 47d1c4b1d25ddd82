using Limpid.Diffusion;
using Limpid.Torch;
using Limpid.Torch.Noise;

namespace Limpid.Purification;

/// <summary>Diffusion purification (Nie et al., ICML 2022): noise the image to a level, denoise it again.</summary>
/// <remarks>Cost: one network call per sample and step (or <see cref="DiffPureOptions.Calls"/>). Rows are independent of one another.</remarks>
public sealed class DiffPure : IPurifier
{
    private readonly INoisePredictor network;
    private readonly DiffPureOptions options;
    private readonly ISampler sampler;

    /// <summary>A purifier around a network.</summary>
    /// <param name="network">The noise predictor.</param>
    /// <param name="options">Settings; default those of CIFAR-10.</param>
    /// <exception cref="ArgumentOutOfRangeException">The level is beyond the schedule, or there are no calls.</exception>
    public DiffPure(INoisePredictor network, DiffPureOptions? options = null)
    {
        this.network = network;
        this.options = options ??= new DiffPureOptions();
        options.Schedule.Check(options.Count, nameof(options));
        if (options.Calls < 1)
        {
            throw new ArgumentOutOfRangeException(nameof(options), options.Calls, "a purifier needs at least 1 network call");
        }
        sampler = MakeSampler(network, options);
    }

    /// <summary>How far each sample is diffused; the shared t* unless set.</summary>
    public INoiseLevel Level { get; init; } = SharedLevel.Instance;

    /// <summary>The settings.</summary>
    public DiffPureOptions Options => options;

    /// <summary>The same purifier with fewer network calls, for gradients: discrete steps of DDPM in place of the SDE.</summary>
    /// <param name="calls">Calls per sample at most, 1 or more.</param>
    public DiffPure Surrogate(int calls) => new(network, options with
    {
        Calls = calls,
        Form = options.Form is ReverseForm.Sde or ReverseForm.Ode ? ReverseForm.Ddpm : options.Form,
    })
    {
        Level = Level,
    };

    /// <inheritdoc/>
    public PurificationPlan Plan(Tensor images, INoise noise, CancellationToken cancellation = default)
    {
        var levels = Level.Measure(images, noise, cancellation);
        var counts = options.Schedule.Limit(levels.Counts(options.Count));
        return new PurificationPlan(
            [.. ReverseChain.Steps(options.Schedule, counts, options.Calls, (from, to) => new ReverseStep(sampler, from, to))],
            options.ClampOutput)
        {
            Counts = counts,
            ScoreNorms = levels.ScoreNorms,
        };
    }

    private static ISampler MakeSampler(INoisePredictor network, DiffPureOptions options) => options.Form switch
    {
        ReverseForm.Ddpm => new DdimSampler(options.Schedule, network, eta: 1),
        ReverseForm.Ddim => new DdimSampler(options.Schedule, network, eta: 0),
        ReverseForm.AncestralLearned => new AncestralSampler(options.Schedule, network, ReverseVariance.Learned, clip: true),
        ReverseForm.Sde => new ReverseSdeSampler(network, deterministic: false, options.Label, options.Schedule.Steps),
        ReverseForm.Ode => new ReverseSdeSampler(network, deterministic: true, options.Label, options.Schedule.Steps),
        ReverseForm.Heun => new HeunSampler(options.Schedule, network),
        _ => throw new ArgumentOutOfRangeException(nameof(options), options.Form, "no such form"),
    };
}
