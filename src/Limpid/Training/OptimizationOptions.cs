using Limpid.Torch;
using Limpid.Torch.Optimizers;

namespace Limpid.Training;

/// <summary>How weights follow their gradients.</summary>
public sealed record OptimizationOptions
{
    /// <summary><c>adamw</c>, <c>adam</c> or <c>sgd</c>.</summary>
    public string Optimizer { get; init; } = "adamw";

    /// <summary>Images per step.</summary>
    public int BatchSize { get; init; } = 32;

    /// <summary>The largest learning rate.</summary>
    public double LearningRate { get; init; } = 1e-3;

    /// <summary><c>cosine</c>, <c>constant</c>, <c>step</c> (a tenth at 50 % and at 75 %) or <c>one-cycle</c>; over the whole budget.</summary>
    public string Schedule { get; init; } = "cosine";

    /// <summary>The cosine's end, as a share of <see cref="LearningRate"/>.</summary>
    public double FinalShare { get; init; } = 0.01;

    /// <summary>Steps over which the rate rises from almost 0.</summary>
    public int WarmUpSteps { get; init; } = 200;

    /// <summary>Weight decay, as the optimizer understands it.</summary>
    public double WeightDecay { get; init; }

    /// <summary>Momentum of <c>sgd</c>, in [0,1).</summary>
    public double Momentum { get; init; } = 0.9;

    /// <summary>Whether <c>sgd</c> looks ahead.</summary>
    public bool Nesterov { get; init; }

    /// <summary>Limit of the joint gradient norm; 0 for none.</summary>
    public double GradientClip { get; init; } = 1;

    /// <summary>Decay of the averaged weights per step, in [0,1).</summary>
    public double AverageDecay { get; init; } = 0.999;

    /// <summary>The optimizer for a network's trained parameters.</summary>
    /// <exception cref="InputException">There is none of this name.</exception>
    public IOptimizer CreateOptimizer(IReadOnlyList<NamedParameter> parameters) => Optimizer switch
    {
        "adamw" => new AdamW(parameters, weightDecay: WeightDecay),
        "adam" => new Adam(parameters, weightDecay: WeightDecay),
        "sgd" => new Sgd(parameters, Momentum, Nesterov, WeightDecay),
        _ => throw new InputException($"optimizer '{Optimizer}' is not known: use adamw, adam or sgd"),
    };

    /// <summary>The learning rate over the training.</summary>
    /// <exception cref="InputException">There is no such schedule.</exception>
    public ILearningRate CreateSchedule()
    {
        ILearningRate rate = Schedule switch
        {
            "cosine" => new CosineRate(LearningRate, LearningRate * FinalShare),
            "constant" => new ConstantRate(LearningRate),
            "step" => new StepRate(LearningRate, 0.1, [0.5, 0.75]),
            "one-cycle" => new OneCycleRate(LearningRate),
            _ => throw new InputException($"schedule '{Schedule}' is not known: use cosine, constant, step or one-cycle"),
        };
        return WarmUpSteps > 0 ? new WarmUp(rate, WarmUpSteps) : rate;
    }

    /// <summary>Checks ranges.</summary>
    /// <exception cref="InputException">A number is out of its range.</exception>
    public void Check()
    {
        Require(BatchSize >= 1, "batchSize must be at least 1");
        Require(LearningRate > 0 && double.IsFinite(LearningRate), "learningRate must be above 0");
        Require(AverageDecay is >= 0 and < 1, "averageDecay must be in [0,1)");
        Require(Momentum is >= 0 and < 1, "momentum must be in [0,1)");
        Require(GradientClip >= 0 && WeightDecay >= 0 && WarmUpSteps >= 0, "gradientClip, weightDecay and warmUpSteps must not be negative");
    }

    private static void Require(bool holds, string what)
    {
        if (!holds)
        {
            throw new InputException($"optimization: {what}");
        }
    }
}
