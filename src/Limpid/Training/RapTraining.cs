using System.Globalization;
using Limpid.Attacks;
using Limpid.Classifiers;
using Limpid.Data;
using Limpid.Defenses;
using Limpid.Purification;
using Limpid.Purification.Networks;
using Limpid.Purification.ReverseAdversarial;
using Limpid.Torch;
using Limpid.Torch.Noise;

namespace Limpid.Training;

/// <summary>Trains RAP's adapter for a frozen classifier, and writes weights and a card into a folder.</summary>
/// <remarks>
/// In the folder: <c>checkpoint.safetensors</c> to go on from, <c>weights.safetensors</c> (the averaged weights, as of the
/// last checkpoint) and at the end <c>card.md</c>. Run again, it goes on. Cost of a step: (T+1)/2 gradients of adapter and classifier
/// on average for the attack, and one for the loss.
/// </remarks>
/// <param name="options">How to train.</param>
/// <param name="classifier">φ, on the device; frozen.</param>
/// <param name="folder">Where results go.</param>
/// <param name="device">Where to compute.</param>
public sealed class RapTraining(RapTrainingOptions options, IClassifier classifier, string folder, Device device = default)
{
    private const int MeasuringBatch = 64;

    /// <summary>The averaged weights.</summary>
    public string WeightsPath => Path.Combine(folder, "weights.safetensors");

    /// <summary>Trains on the images, or goes on doing so; then measures.</summary>
    /// <param name="data">The training part of a labeled data set; its end is held out.</param>
    /// <param name="progress">Hears of every step; null for nobody.</param>
    /// <param name="cancellation">Looked at once per step; a checkpoint is written before leaving.</param>
    /// <exception cref="InputException">The data do not fit, or the folder belongs to another training, or another process trains in it.</exception>
    /// <exception cref="TrainingDivergedException">The loss is no longer finite.</exception>
    /// <exception cref="OperationCanceledException">Cancelled; everything done is kept.</exception>
    public RapReport Run(IImageDataset data, IProgress<TrainingProgress>? progress = null, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(data);
        options.Check();
        int count = TrainingData.TrainCount(data, options.HeldOut, options.Optimization.BatchSize);
        TrainingData.RequireLabels(data);
        using var claim = FolderLock.Take(folder);
        using var adapter = new RapAdapter(options.Network with { Channels = data.Channels }, options.Process);
        adapter.Initialize(options.Seed);
        adapter.To(device);
        using var older = options.AttackRefresh > 0 ? new RapAdapter(adapter.Options, options.Process) : null;
        older?.To(device);
        var loop = new TrainingLoop(
            adapter,
            new RapObjective(adapter, classifier, options.LossWeight, options.WarmUpSteps, options.CleanShare, older),
            new TrainingBatches(data, count, options.Optimization.BatchSize, options.Seed, new Augmentation(options.Flips, options.Shift), device),
            options.Optimization,
            options.Budget)
        {
            CheckpointPath = Path.Combine(folder, "checkpoint.safetensors"),
            Recipe = TrainingJson.Of(options with { Budget = new(), CheckpointSeconds = 0, MeasuringSteps = 1 }),
            CheckpointSeconds = options.CheckpointSeconds,
            Progress = progress,
            Lagged = older is null ? null : new LaggedCopy(older, options.AttackRefresh),
            AfterCheckpoint = counters => RapAdapterFile.Save(adapter, WeightsPath, About(counters)),
        };
        var done = loop.Run(cancellation);
        var report = Measure(adapter, new DatasetSlice(data, count, data.Count - 1), cancellation) with { Training = done };
        RapAdapterFile.Save(adapter, WeightsPath, new Dictionary<string, string>(About(done)) { ["held-out"] = TrainingJson.Of(report) });
        AtomicFile.WriteText(Path.Combine(folder, "card.md"), RapCard.Write(options, data, adapter, report));
        return report;
    }

    private RapReport Measure(RapAdapter adapter, IImageDataset heldOut, CancellationToken cancellation)
    {
        var (bare, whole) = (new Defense(classifier), new Defense(classifier, new Rap(adapter, classifier)));
        var pgd = new Pgd(options.Process.Ball()) { Steps = options.MeasuringSteps };
        var right = new double[5];
        foreach (int[] positions in Enumerable.Range(0, heldOut.Count).Chunk(MeasuringBatch))
        {
            using var scope = TensorScope.Begin();
            var batch = ImageBatch.Read(heldOut, positions, device);
            var noise = batch.Noise(options.Seed);
            Tensor Attack(Defense defense) => pgd.Run(defense.Target(cancellation: cancellation), batch.Images, batch.Labels, noise.Branch(NoisePurpose.Craft, 0), cancellation).Adversarial;
            double Right(Defense defense, Tensor images) => defense.Predict(images, noise, cancellation).Zip(batch.Labels.ToLongs()).Count(pair => pair.First.Class == pair.Second);
            var (onBare, onWhole) = (Attack(bare), Attack(whole));
            double[] found = [Right(bare, batch.Images), Right(bare, onBare), Right(whole, batch.Images), Right(whole, onBare), Right(whole, onWhole)];
            right = [.. right.Zip(found, (sum, more) => sum + more)];
        }
        double[] shares = Array.ConvertAll(right, sum => sum / heldOut.Count);
        return new RapReport(shares[0], shares[1], shares[2], shares[3], shares[4]);
    }

    private Dictionary<string, string> About(TrainingCounters counters) => new(StringComparer.Ordinal)
    {
        ["data"] = TrainingData.PublicName(options.Data),
        ["classifier"] = DadCard.PublicName(options.Classifier),
        ["images-seen"] = counters.Images.ToString(CultureInfo.InvariantCulture),
        ["steps"] = counters.Step.ToString(CultureInfo.InvariantCulture),
        ["seconds"] = counters.Seconds.ToString("F0", CultureInfo.InvariantCulture),
        ["seed"] = options.Seed.ToString(CultureInfo.InvariantCulture),
        ["training"] = TrainingJson.Of(options with { Data = TrainingData.PublicName(options.Data), Classifier = DadCard.PublicName(options.Classifier) }),
    };
}
