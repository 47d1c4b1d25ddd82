using Limpid.Purification;
using Limpid.Purification.Networks;
using Limpid.Purification.ReverseAdversarial;
using Limpid.Torch;

namespace Limpid.Training;

/// <summary>How RAP's adapter is trained for one classifier (seed paper, algorithm 3 and appendix D).</summary>
/// <remarks>The paper gives T = 20, 50 epochs and the loss. Adam at 1e-4, batches of 128, averages of 0.995 and the cosine are ours.</remarks>
public sealed record RapTrainingOptions
{
    /// <summary>Labeled training images, such as <c>cifar10:DIR:train</c>; test images are refused.</summary>
    public string Data { get; init; } = "shapes:train";

    /// <summary>φ: the classifier that the adapter stands before, as recipes name classifiers; frozen.</summary>
    public string Classifier { get; init; } = "shapes-classifier";

    /// <summary>The attack that the adapter learns to reverse.</summary>
    public AdversarialProcessOptions Process { get; init; } = new();

    /// <summary>The network; the channels of images are set from the data.</summary>
    public RapAdapterOptions Network { get; init; } = new();

    /// <summary>Weight of the cross-entropy beside the reconstruction; 1 in the paper.</summary>
    public double LossWeight { get; init; } = 1;

    /// <summary>Training steps over which ball, λ and c grow from almost 0: our addition.</summary>
    /// <remarks>
    /// At the whole radius from the first step, a small adapter finds that constant images have the least loss, and stays there.
    /// </remarks>
    public int WarmUpSteps { get; init; }

    /// <summary>0 to attack the weights that are being trained, as published; N to attack their average as it was at the last step that N divides.</summary>
    public int AttackRefresh { get; init; }

    /// <summary>Share of images, in [0,1], that are left clean and shown at the time T of deployment; 0 in the paper, ours against label leaking.</summary>
    public double CleanShare { get; init; }

    /// <summary>Whether half of the images are mirrored left to right; not for digits.</summary>
    public bool Flips { get; init; } = true;

    /// <summary>The most pixels an image is moved each way; uncovered pixels are black.</summary>
    public int Shift { get; init; }

    /// <summary>Images at the end of the training part that are kept out, to measure on.</summary>
    public int HeldOut { get; init; } = 256;

    /// <summary>Steps of the PGD that measures the held-out images; of a quarter of the radius (a fifth for l2) each.</summary>
    public int MeasuringSteps { get; init; } = 20;

    /// <summary>How the adapter's weights follow gradients.</summary>
    public OptimizationOptions Optimization { get; init; } = new()
    {
        Optimizer = "adam", BatchSize = 128, LearningRate = 1e-4, Schedule = "cosine", FinalShare = 0, WarmUpSteps = 0, GradientClip = 0, AverageDecay = 0.995,
    };

    /// <summary>When training ends; 50 epochs in the paper.</summary>
    public TrainingBudget Budget { get; init; } = new();

    /// <summary>Seed of initial weights, order, steps and attacks.</summary>
    public ulong Seed { get; init; }

    /// <summary>Seconds between checkpoints.</summary>
    public double CheckpointSeconds { get; init; } = 60;

    /// <summary>Checks ranges.</summary>
    /// <exception cref="InputException">A number is out of its range.</exception>
    public void Check()
    {
        Optimization.Check();
        Network.Check();
        Process.Check();
        Training.CleanShare.Check(CleanShare);
        if (!(LossWeight >= 0) || Shift < 0 || HeldOut < 1 || MeasuringSteps < 1 || WarmUpSteps < 0 || AttackRefresh < 0)
        {
            throw new InputException("a RAP training needs a loss-weight, warm-up-steps, attack-refresh and a shift of at least 0, and held-out and measuring-steps of at least 1");
        }
    }
}
