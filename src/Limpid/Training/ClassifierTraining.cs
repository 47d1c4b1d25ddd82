using System.Globalization;
using Limpid.Attacks;
using Limpid.Classifiers;
using Limpid.Data;
using Limpid.Torch;

namespace Limpid.Training;

/// <summary>Trains a classifier, and writes weights and a card into a folder.</summary>
/// <remarks>
/// In the folder: <c>checkpoint.safetensors</c> to go on from, <c>weights.safetensors</c> (the averaged weights, as of the
/// last checkpoint) and at the end <c>card.md</c>. Run again, it goes on.
/// </remarks>
/// <param name="options">How to train.</param>
/// <param name="folder">Where results go.</param>
/// <param name="device">Where to compute.</param>
public sealed class ClassifierTraining(ClassifierTrainingOptions options, string folder, Device device = default)
{
    /// <summary>The averaged weights.</summary>
    public string WeightsPath => Path.Combine(folder, "weights.safetensors");

    /// <summary>A loss of one's own instead of the one that the options name; null for theirs.</summary>
    public Func<NetworkClassifier, IBatchObjective>? Objective { get; init; }

    /// <summary>Trains on the images, or goes on doing so.</summary>
    /// <param name="data">The training part of a labeled data set; its end is held out.</param>
    /// <param name="progress">Hears of every step; null for nobody.</param>
    /// <param name="cancellation">Looked at once per step; a checkpoint is written before leaving.</param>
    /// <returns>The accuracy on the images held out.</returns>
    /// <exception cref="InputException">The data do not fit, or the folder belongs to another training, or another process trains in it.</exception>
    /// <exception cref="TrainingDivergedException">The loss is no longer finite.</exception>
    /// <exception cref="OperationCanceledException">Cancelled; everything done is kept.</exception>
    public ClassifierReport Run(IImageDataset data, IProgress<TrainingProgress>? progress = null, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(data);
        options.Check();
        int count = TrainingData.TrainCount(data, options.HeldOut, options.Optimization.BatchSize);
        TrainingData.RequireLabels(data);
        using var claim = FolderLock.Take(folder);
        using var classifier = FirstWeights(data.ClassCount, new ImageShape(data.Channels, data.Height, data.Width));
        classifier.To(device);
        var loop = new TrainingLoop(
            classifier.Network,
            Objective?.Invoke(classifier) ?? ClassifierObjectives.Create(options, classifier),
            new TrainingBatches(data, count, options.Optimization.BatchSize, options.Seed, new Augmentation(options.Flips, options.Shift), device),
            options.Optimization,
            options.Budget)
        {
            CheckpointPath = Path.Combine(folder, "checkpoint.safetensors"),
            Recipe = TrainingJson.Of(options with { Budget = new(), CheckpointSeconds = 0, Start = Path.GetFileName(options.Start) }),
            CheckpointSeconds = options.CheckpointSeconds,
            Progress = progress,
            AfterCheckpoint = counters => ClassifierFile.Save(classifier, WeightsPath, About(counters)),
        };
        var done = loop.Run(cancellation);
        var report = Measure(classifier, data, count, cancellation);
        var about = About(done);
        about["accuracy-held-out"] = report.Clean.Value.ToString("R", CultureInfo.InvariantCulture);
        if (report.Robust is { } robust)
        {
            about["robust-accuracy-held-out"] = robust.Value.ToString("R", CultureInfo.InvariantCulture);
        }
        ClassifierFile.Save(classifier, WeightsPath, about);
        AtomicFile.WriteText(Path.Combine(folder, "card.md"), ClassifierCard.Write(options, classifier, data, done, report));
        return report;
    }

    private NetworkClassifier FirstWeights(int classes, ImageShape image)
    {
        if (options.Start.Length == 0)
        {
            var random = ClassifierFile.Create(options.Architecture, classes, image);
            random.Network.Initialize(options.Seed);
            return random;
        }
        var classifier = ClassifierFile.Open(options.Start);
        if (classifier.Architecture == options.Architecture && classifier.ClassCount == classes && classifier.Input == image)
        {
            return classifier;
        }
        classifier.Dispose();
        throw new InputException($"start: {options.Start} is a {classifier.Architecture} for {classifier.ClassCount} classes of {classifier.Input} images, this training needs a {options.Architecture} for {classes} of {image}: name such a file, or leave start out for random weights");
    }

    private ClassifierReport Measure(NetworkClassifier classifier, IImageDataset data, int first, CancellationToken cancellation)
    {
        var heldOut = new HeldOutAccuracy(classifier, data, first, device);
        var attack = new Pgd(Threat.Parse(options.Threat)) { Steps = ClassifierReport.AttackSteps };
        return new ClassifierReport(
            heldOut.Clean(cancellation),
            options.Objective == ClassifierObjectives.CrossEntropy ? null : heldOut.Under(attack, options.Seed, cancellation));
    }

    private Dictionary<string, string> About(TrainingCounters counters) => new(StringComparer.Ordinal)
    {
        ["data"] = TrainingData.PublicName(options.Data),
        ["images-seen"] = counters.Images.ToString(CultureInfo.InvariantCulture),
        ["steps"] = counters.Step.ToString(CultureInfo.InvariantCulture),
        ["seconds"] = counters.Seconds.ToString("F0", CultureInfo.InvariantCulture),
        ["seed"] = options.Seed.ToString(CultureInfo.InvariantCulture),
        ["training"] = TrainingJson.Of(options with { Data = TrainingData.PublicName(options.Data), Start = Path.GetFileName(options.Start) }),
    };
}
