using Limpid.Torch;

namespace Limpid.Training;

/// <summary>How a classifier is trained.</summary>
public sealed record ClassifierTrainingOptions
{
    /// <summary>Training images, such as <c>shapes:train</c>; test images are refused.</summary>
    public string Data { get; init; } = "shapes:train";

    /// <summary>The network by name, such as <c>plain-cnn-16</c> or <c>wrn-16-2</c>.</summary>
    public string Architecture { get; init; } = "plain-cnn-16";

    /// <summary>A classifier that limpid wrote, of the same network, whose weights are the first ones; empty for random weights.</summary>
    /// <remarks>From weights that already tell the classes apart, adversarial training with a growing radius gets off the ground where random weights stay at chance.</remarks>
    public string Start { get; init; } = "";

    /// <summary>What is made small: <c>cross-entropy</c>, <c>pgd-at</c> (Madry et al., ICLR 2018) or <c>trades</c> (Zhang et al., ICML 2019).</summary>
    public string Objective { get; init; } = ClassifierObjectives.CrossEntropy;

    /// <summary>What it is to withstand, such as <c>linf:8/255</c> or <c>l2:0.5</c>; for <c>pgd-at</c> and <c>trades</c>.</summary>
    public string Threat { get; init; } = "linf:8/255";

    /// <summary>How adversarial images are found in each step; for <c>pgd-at</c> and <c>trades</c>.</summary>
    public AdversarialTrainingOptions Attack { get; init; } = new();

    /// <summary>β of TRADES: weight of robustness beside clean accuracy, at least 0; 6 in the paper on CIFAR-10.</summary>
    public double Beta { get; init; } = 6;

    /// <summary>How weights follow gradients.</summary>
    public OptimizationOptions Optimization { get; init; } = new() { BatchSize = 64 };

    /// <summary>When it ends.</summary>
    public TrainingBudget Budget { get; init; } = new();

    /// <summary>Seed of initial weights, order and augmentation.</summary>
    public ulong Seed { get; init; }

    /// <summary>Whether half of the images are mirrored left to right; not for digits.</summary>
    public bool Flips { get; init; } = true;

    /// <summary>The most pixels an image is moved each way; uncovered pixels are black.</summary>
    public int Shift { get; init; } = 4;

    /// <summary>Share of each label that is spread over all classes, in [0,1).</summary>
    public double LabelSmoothing { get; init; }

    /// <summary>Images at the end of the training part that are kept out, to measure the accuracy.</summary>
    public int HeldOut { get; init; } = 1000;

    /// <summary>Seconds between checkpoints.</summary>
    public double CheckpointSeconds { get; init; } = 60;

    /// <summary>Checks ranges.</summary>
    /// <exception cref="InputException">A number is out of its range.</exception>
    public void Check()
    {
        Optimization.Check();
        ClassifierObjectives.Check(this);
        if (LabelSmoothing is < 0 or >= 1)
        {
            throw new InputException($"label-smoothing must be in [0,1), not {LabelSmoothing}");
        }
        if (Shift < 0 || HeldOut < 0)
        {
            throw new InputException("shift and held-out must not be negative");
        }
    }
}
