using System.Globalization;
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
    private const int EvaluationBatch = 100;

    /// <summary>The averaged weights.</summary>
    public string WeightsPath => Path.Combine(folder, "weights.safetensors");

    /// <summary>What is made small; null for cross-entropy. Adversarial training puts its own loss here.</summary>
    public Func<NetworkClassifier, IBatchObjective>? Objective { get; init; }

    /// <summary>Trains on the images, or goes on doing so.</summary>
    /// <param name="data">The training part of a labeled data set; its end is held out.</param>
    /// <param name="progress">Hears of every step; null for nobody.</param>
    /// <param name="cancellation">Looked at once per step; a checkpoint is written before leaving.</param>
    /// <returns>The accuracy on the images held out, in [0,1]; NaN where none are.</returns>
    /// <exception cref="InputException">The data do not fit, or the folder belongs to another training.</exception>
    /// <exception cref="TrainingDivergedException">The loss is no longer finite.</exception>
    /// <exception cref="OperationCanceledException">Cancelled; everything done is kept.</exception>
    public double Run(IImageDataset data, IProgress<TrainingProgress>? progress = null, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(data);
        options.Check();
        int count = TrainingData.TrainCount(data, options.HeldOut, options.Optimization.BatchSize);
        TrainingData.RequireLabels(data);
        using var classifier = ClassifierFile.Create(options.Architecture, data.ClassCount, new ImageShape(data.Channels, data.Height, data.Width));
        classifier.Network.Initialize(options.Seed);
        classifier.To(device);
        var loop = new TrainingLoop(
            classifier.Network,
            Objective?.Invoke(classifier) ?? new CrossEntropyObjective(classifier, options.LabelSmoothing),
            new TrainingBatches(data, count, options.Optimization.BatchSize, options.Seed, new Augmentation(options.Flips, options.Shift), device),
            options.Optimization,
            options.Budget)
        {
            CheckpointPath = Path.Combine(folder, "checkpoint.safetensors"),
            Recipe = TrainingJson.Of(options with { Budget = new(), CheckpointSeconds = 0 }),
            CheckpointSeconds = options.CheckpointSeconds,
            Progress = progress,
            AfterCheckpoint = counters => ClassifierFile.Save(classifier, WeightsPath, About(counters)),
        };
        var done = loop.Run(cancellation);
        double accuracy = Accuracy(classifier, data, count, cancellation);
        var about = About(done);
        about["accuracy-held-out"] = accuracy.ToString("R", CultureInfo.InvariantCulture);
        ClassifierFile.Save(classifier, WeightsPath, about);
        AtomicFile.WriteText(Path.Combine(folder, "card.md"), ClassifierCard.Write(options, classifier, data, done, accuracy));
        return accuracy;
    }

    private double Accuracy(NetworkClassifier classifier, IImageDataset data, int first, CancellationToken cancellation)
    {
        using var noGrad = GradMode.Off();
        int right = 0;
        var pixels = new float[EvaluationBatch * data.ImageLength()];
        for (int start = first; start < data.Count; start += EvaluationBatch)
        {
            cancellation.ThrowIfCancellationRequested();
            using var scope = TensorScope.Begin();
            int[] positions = [.. Enumerable.Range(start, Math.Min(EvaluationBatch, data.Count - start))];
            data.ReadImages(positions, pixels);
            var images = Tensor.From(pixels.AsSpan(0, positions.Length * data.ImageLength()), positions.Length, data.Channels, data.Height, data.Width);
            long[] predicted = classifier.Logits(images.To(device)).ArgMax(1).ToLongs();
            right += positions.Zip(predicted).Count(pair => data.Label(pair.First) == pair.Second);
        }
        return (double)right / (data.Count - first);
    }

    private Dictionary<string, string> About(TrainingCounters counters) => new(StringComparer.Ordinal)
    {
        ["data"] = TrainingData.PublicName(options.Data),
        ["images-seen"] = counters.Images.ToString(CultureInfo.InvariantCulture),
        ["steps"] = counters.Step.ToString(CultureInfo.InvariantCulture),
        ["seconds"] = counters.Seconds.ToString("F0", CultureInfo.InvariantCulture),
        ["seed"] = options.Seed.ToString(CultureInfo.InvariantCulture),
        ["training"] = TrainingJson.Of(options with { Data = TrainingData.PublicName(options.Data) }),
    };
}
