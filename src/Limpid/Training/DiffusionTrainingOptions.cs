using Limpid.Diffusion.Networks;
using Limpid.Torch;

namespace Limpid.Training;

/// <summary>How a noise predictor is trained: ε-prediction on the linear schedule of 1000 steps (Ho et al. 2020, algorithm 1).</summary>
public sealed record DiffusionTrainingOptions
{
    /// <summary>Training images, such as <c>cifar10:DIR:train</c>; test images are refused.</summary>
    public string Data { get; init; } = "shapes:train";

    /// <summary>The network; the channels of images are set from the data.</summary>
    public GuidedUNetOptions Network { get; init; } = new();

    /// <summary>A denoiser that limpid wrote, of the same network, whose weights are the first ones; empty for random weights.</summary>
    public string Start { get; init; } = "";

    /// <summary>How weights follow gradients.</summary>
    public OptimizationOptions Optimization { get; init; } = new();

    /// <summary>When it ends.</summary>
    public TrainingBudget Budget { get; init; } = new();

    /// <summary>Seed of initial weights, order, noise and noise levels.</summary>
    public ulong Seed { get; init; }

    /// <summary>Whether half of the images are mirrored left to right; not for digits.</summary>
    public bool Flips { get; init; } = true;

    /// <summary>Share of samples drawn from the favored low noise levels; the rest are uniform over all 1000.</summary>
    /// <remarks>Ho et al. draw all uniformly (0); purification visits low levels only.</remarks>
    public double FavoredShare { get; init; } = 0.7;

    /// <summary>The largest favored noise level t, in 0…999.</summary>
    public int FavoredTimestep { get; init; } = 300;

    /// <summary>Images at the end of the training part that are kept out, to measure the loss by noise level.</summary>
    public int HeldOut { get; init; } = 256;

    /// <summary>Seconds between checkpoints.</summary>
    public double CheckpointSeconds { get; init; } = 60;

    /// <summary>Checks ranges.</summary>
    /// <exception cref="InputException">A number is out of its range.</exception>
    public void Check()
    {
        Optimization.Check();
        if (FavoredShare is < 0 or > 1)
        {
            throw new InputException($"favoredShare must be in [0,1], not {FavoredShare}");
        }
        if (FavoredTimestep is < 0 or > 999)
        {
            throw new InputException($"favoredTimestep must be in 0…999, not {FavoredTimestep}");
        }
        if (HeldOut < 0)
        {
            throw new InputException($"heldOut must not be negative, but is {HeldOut}");
        }
    }
}
