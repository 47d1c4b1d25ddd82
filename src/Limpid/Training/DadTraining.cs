using Limpid.Attacks;
using Limpid.Classifiers;
using Limpid.Data;
using Limpid.Defenses;
using Limpid.Detection;
using Limpid.Purification;
using Limpid.Purification.Networks;
using Limpid.Torch;
using Limpid.Torch.Noise;

namespace Limpid.Training;

/// <summary>Makes DAD's detector and denoiser for a classifier, and writes both with a card into a folder.</summary>
/// <remarks>
/// In the folder: <c>detector.safetensors</c>, <c>denoiser.safetensors</c> (as of the last checkpoint), <c>checkpoint.safetensors</c>
/// to go on from, and at the end <c>card.md</c>. Run again, it goes on with the denoiser; the detector and the twins are
/// made again, which gives the same ones.
/// </remarks>
/// <param name="options">How to train.</param>
/// <param name="classifier">The classifier that is defended; frozen.</param>
/// <param name="features">The network of the detector; frozen. It may be the classifier.</param>
/// <param name="folder">Where results go.</param>
/// <param name="device">Where the networks are.</param>
public sealed class DadTraining(DadTrainingOptions options, IClassifier classifier, NetworkClassifier features, string folder, Device device = default)
{
    private readonly ClassifierTarget target = new(classifier);

    /// <summary>The detector.</summary>
    public string DetectorPath => Path.Combine(folder, "detector.safetensors");

    /// <summary>The denoiser.</summary>
    public string DenoiserPath => Path.Combine(folder, "denoiser.safetensors");

    /// <summary>Makes everything, or goes on doing so.</summary>
    /// <param name="data">The training part of a labeled data set.</param>
    /// <param name="progress">Hears of every step of the denoiser's training; null for nobody.</param>
    /// <param name="cancellation">Looked at once per step; a checkpoint is written before leaving.</param>
    /// <exception cref="InputException">The data do not suffice, or the folder belongs to another training, or another process trains in it.</exception>
    /// <exception cref="TrainingDivergedException">The loss is no longer finite.</exception>
    /// <exception cref="OperationCanceledException">Cancelled; everything done is kept.</exception>
    public DadReport Run(IImageDataset data, IProgress<TrainingProgress>? progress = null, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(data);
        options.Check();
        var split = DadSplit.Of(data, options);
        var view = new SemanticFeatures(features);
        using var claim = FolderLock.Take(folder);
        using var scope = TensorScope.Begin();
        using var reference = Reference(view, Pairs(split.Reference, cancellation));
        var (batch, sample) = Calibrate(reference, split.Calibration);
        DetectorFile.Save(DetectorPath, reference, batch, sample, About(data));
        using var denoiser = new DadDenoiser(options.Network with { Channels = data.Channels });
        var done = Train(denoiser, view, reference.Kernel, split.Pairs, data, progress, cancellation);
        var report = Measure(reference, batch, sample, denoiser, Pairs(split.Measured, cancellation)) with { Training = done };
        AtomicFile.WriteText(Path.Combine(folder, "card.md"), DadCard.Write(options, data, split, reference, denoiser, report));
        return report;
    }

    private TwinDataset Pairs(IImageDataset clean, CancellationToken cancellation) =>
        TwinDataset.Create(target, clean, new MinimumMarginAttack(Threat.Parse(options.Threat)), options.Seed, device: device, cancellation: cancellation);

    private CleanReference Reference(SemanticFeatures view, TwinDataset pairs)
    {
        using var scope = TensorScope.Begin();
        var (clean, twins, noise) = Read(pairs);
        var seen = CleanReference.RepresentAll(view, clean, noise);
        var kernel = new DeepKernelTraining { Iterations = options.KernelIterations, LearningRate = options.KernelLearningRate }
            .Run(seen, CleanReference.RepresentAll(view, twins, noise));
        return new CleanReference(view, kernel, seen, new ImageShape((int)clean.Size(1), (int)clean.Size(2), (int)clean.Size(3)));
    }

    private (BatchThreshold Batch, SampleThreshold Sample) Calibrate(CleanReference reference, IImageDataset clean)
    {
        using var scope = TensorScope.Begin();
        using var images = ImageBatch.Read(clean, [.. Enumerable.Range(0, clean.Count)], device);
        var noise = images.Noise(options.Seed);
        return (
            Calibration.FitBatch(reference, images.Images, noise, options.GateBatch, options.FalsePositiveRate),
            Calibration.FitSample(reference, images.Images, noise, options.FalsePositiveRate));
    }

    private TrainingCounters Train(DadDenoiser denoiser, SemanticFeatures view, DeepKernel kernel, IImageDataset clean, IImageDataset data, IProgress<TrainingProgress>? progress, CancellationToken cancellation)
    {
        denoiser.Initialize(options.Seed);
        denoiser.To(device);
        var pairs = Pairs(clean, cancellation);
        var loop = new TrainingLoop(
            denoiser,
            new DenoiserObjective(denoiser, view, kernel, classifier, options.LossWeight, options.CleanShare),
            new TrainingBatches(pairs, pairs.Count, options.Optimization.BatchSize, options.Seed, new Augmentation(options.Flips), device),
            options.Optimization,
            options.Budget)
        {
            CheckpointPath = Path.Combine(folder, "checkpoint.safetensors"),
            Recipe = TrainingJson.Of(options with { Budget = new(), CheckpointSeconds = 0 }),
            CheckpointSeconds = options.CheckpointSeconds,
            Progress = progress,
            AfterCheckpoint = _ => DadDenoiserFile.Save(denoiser, DenoiserPath, About(data)),
        };
        return loop.Run(cancellation);
    }

    private DadReport Measure(CleanReference reference, BatchThreshold batch, SampleThreshold sample, DadDenoiser denoiser, TwinDataset pairs)
    {
        using var scope = TensorScope.Begin();
        var (clean, twins, noise) = Read(pairs);
        var comparison = new GateComparison { Sizes = [.. new[] { 1, 10, 50, options.GateBatch }.Distinct().Order()] };
        var labels = Tensor.From([.. Enumerable.Range(0, pairs.Count).Select(i => (long)pairs.Label(i))], pairs.Count).To(device);
        double Accuracy(Tensor images, IPurifier? purifier)
        {
            var verdicts = new Defense(classifier, purifier).Predict(images, noise);
            long[] truth = labels.ToLongs();
            return verdicts.Select((verdict, i) => verdict.Class == truth[i] ? 1.0 : 0).Average();
        }
        var purifier = new DenoiserPurifier(denoiser);
        return new DadReport(batch, sample,
            comparison.Run(new BatchGate(reference, batch), clean, twins, noise),
            comparison.Run(new SampleGate(reference, sample), clean, twins, noise),
            Accuracy(clean, null), Accuracy(clean, purifier), Accuracy(twins, null), Accuracy(twins, purifier));
    }

    private (Tensor Clean, Tensor Twins, INoise Noise) Read(TwinDataset pairs)
    {
        var batch = ImageBatch.Read(pairs, [.. Enumerable.Range(0, pairs.Count)], device);
        int channels = pairs.Channels / 2;
        return (batch.Images.Slice(1, 0, channels), batch.Images.Slice(1, channels, 2 * channels), batch.Noise(options.Seed));
    }

    private Dictionary<string, string> About(IImageDataset data) => new(StringComparer.Ordinal)
    {
        ["data"] = TrainingData.PublicName(data.Name),
        ["training"] = TrainingJson.Of(options with { Data = TrainingData.PublicName(options.Data), Classifier = DadCard.PublicName(options.Classifier), Features = DadCard.PublicName(options.Features) }),
    };
}
