using Limpid.Attacks;
using Limpid.Purification.Networks;
using Limpid.Torch;

namespace Limpid.Training;

/// <summary>How DAD's detector and denoiser are made for one classifier (ICML 2025, §4 and appendix).</summary>
public sealed record DadTrainingOptions
{
    /// <summary>Labeled training images, such as <c>cifar10:DIR:train</c>; test images are refused.</summary>
    public string Data { get; init; } = "shapes:train";

    /// <summary>The classifier that is defended and attacked, as recipes name classifiers.</summary>
    public string Classifier { get; init; } = "shapes-classifier";

    /// <summary>The network whose penultimate layer the detector compares; <c>classifier</c> for the defended one itself.</summary>
    public string Features { get; init; } = "classifier";

    /// <summary>What the attack that makes the twins may change.</summary>
    public string Threat { get; init; } = "linf:8/255";

    /// <summary>Images of each class that the detector keeps and its kernel is trained on; 50 in DAD. The denoiser never sees them.</summary>
    public int ReferencePerClass { get; init; } = 50;

    /// <summary>Clean images that thresholds are fitted on; half of them only measure the gates. Nothing is trained on them.</summary>
    public int Validation { get; init; } = 1000;

    /// <summary>Most pairs of clean image and twin that the denoiser learns from; all that are left in DAD.</summary>
    public int Pairs { get; init; } = 5000;

    /// <summary>Share of clean images, and of clean batches, that may be called adversarial.</summary>
    public double FalsePositiveRate { get; init; } = 0.05;

    /// <summary>Images that the batch gate will judge together; 100 in DAD.</summary>
    public int GateBatch { get; init; } = 100;

    /// <summary>Steps of Adam on the kernel's three numbers.</summary>
    public int KernelIterations { get; init; } = 200;

    /// <summary>Step size of the kernel's training.</summary>
    public double KernelLearningRate { get; init; } = 2e-4;

    /// <summary>The denoiser and its noise; the channels of images are set from the data.</summary>
    public DadDenoiserOptions Network { get; init; } = new();

    /// <summary>α: weight of the cross-entropy in the denoiser's loss.</summary>
    public double LossWeight { get; init; } = 0.01;

    /// <summary>Share of twins, in [0,1], that the denoiser sees as the clean images they were made from, so that it cannot count on an attack; 0 in DAD.</summary>
    public double CleanShare { get; init; }

    /// <summary>Whether half of the pairs are mirrored left to right; not for digits.</summary>
    public bool Flips { get; init; } = true;

    /// <summary>How the denoiser's weights follow gradients; DAD: Adam at 1e-3, batches of 100, a tenth from three quarters on.</summary>
    public OptimizationOptions Optimization { get; init; } = new() { Optimizer = "adam", BatchSize = 100, Schedule = "step", WarmUpSteps = 0, AverageDecay = 0 };

    /// <summary>When the denoiser's training ends; 60 epochs in DAD.</summary>
    public TrainingBudget Budget { get; init; } = new();

    /// <summary>Seed of initial weights, order, noise and attacks.</summary>
    public ulong Seed { get; init; }

    /// <summary>Seconds between checkpoints of the denoiser.</summary>
    public double CheckpointSeconds { get; init; } = 60;

    /// <summary>Checks ranges.</summary>
    /// <exception cref="InputException">A number is out of its range.</exception>
    public void Check()
    {
        Optimization.Check();
        Network.Check();
        Training.CleanShare.Check(CleanShare);
        _ = Attacks.Threat.Parse(Threat);
        bool fits = ReferencePerClass >= 1 && GateBatch >= 2 && Validation >= 2 * GateBatch && Pairs >= Optimization.BatchSize && Optimization.BatchSize >= 2
            && FalsePositiveRate is > 0 and < 1 && KernelIterations >= 1 && LossWeight > 0;
        if (!fits)
        {
            throw new InputException($"DAD needs at least 1 reference image a class, batches of 2 at least, validation images for twice the gate's batch ({2 * GateBatch}), pairs for a batch ({Optimization.BatchSize}), a false positive rate in (0,1) and a loss weight above 0");
        }
    }
}
