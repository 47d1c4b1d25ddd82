using System.Globalization;
using Limpid.Data;
using Limpid.Diffusion;
using Limpid.Diffusion.Networks;
using Limpid.Torch;

namespace Limpid.Training;

/// <summary>Trains a guided-diffusion U-Net to predict noise, and writes weights, a card and pictures into a folder.</summary>
/// <remarks>
/// In the folder: <c>checkpoint.safetensors</c> to go on from, <c>weights.safetensors</c> (the averaged weights, as of the
/// last checkpoint), and at the end <c>card.md</c>, <c>denoised.png</c> and <c>samples.png</c>. Run again, it goes on; finished, it only writes the results again.
/// </remarks>
/// <param name="options">How to train.</param>
/// <param name="folder">Where results go.</param>
/// <param name="device">Where to compute.</param>
public sealed class DiffusionTraining(DiffusionTrainingOptions options, string folder, Device device = default)
{
    private static readonly NoiseSchedule Schedule = NoiseSchedule.Linear1000;

    /// <summary>The averaged weights.</summary>
    public string WeightsPath => Path.Combine(folder, "weights.safetensors");

    /// <summary>Trains on the images, or goes on doing so.</summary>
    /// <param name="data">The training part of a data set; its end is held out.</param>
    /// <param name="progress">Hears of every step; null for nobody.</param>
    /// <param name="cancellation">Looked at once per step; a checkpoint is written before leaving.</param>
    /// <returns>The loss by noise level on the images held out.</returns>
    /// <exception cref="InputException">The data do not fit, or the folder belongs to another training, or another process trains in it.</exception>
    /// <exception cref="TrainingDivergedException">The loss is no longer finite.</exception>
    /// <exception cref="OperationCanceledException">Cancelled; everything done is kept.</exception>
    public IReadOnlyList<NoiseLevelLoss> Run(IImageDataset data, IProgress<TrainingProgress>? progress = null, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(data);
        options.Check();
        int count = TrainingData.TrainCount(data, options.HeldOut, options.Optimization.BatchSize);
        using var claim = FolderLock.Take(folder);
        var shape = options.Network with { InChannels = data.Channels, OutChannels = data.Channels };
        using var network = FirstWeights(shape);
        network.To(device);
        NoiseNetwork predict = (x, t, noise) => network.Forward(x, t, dropoutNoise: noise);
        var loop = new TrainingLoop(
            network,
            new NoisePredictionObjective(predict, Schedule, options.FavoredShare, options.FavoredTimestep),
            new TrainingBatches(data, count, options.Optimization.BatchSize, options.Seed, new Augmentation(options.Flips), device),
            options.Optimization,
            options.Budget)
        {
            CheckpointPath = Path.Combine(folder, "checkpoint.safetensors"),
            Recipe = TrainingJson.Of(options with { Budget = new(), CheckpointSeconds = 0, Start = Path.GetFileName(options.Start) }),
            CheckpointSeconds = options.CheckpointSeconds,
            Progress = progress,
            AfterCheckpoint = counters => DenoiserFile.Save(network, WeightsPath, About(counters)),
        };
        var done = loop.Run(cancellation);
        var losses = NoiseLevelLoss.Measure(predict, Schedule, data, count, options.HeldOut, options.Seed, device: device, cancellation: cancellation);
        WriteResults(network, data, count, done, losses, cancellation);
        return losses;
    }

    private GuidedUNet FirstWeights(GuidedUNetOptions shape)
    {
        if (options.Start.Length == 0)
        {
            var random = new GuidedUNet(shape);
            random.Initialize(options.Seed);
            return random;
        }
        var network = DenoiserFile.Open(options.Start);
        if (TrainingJson.Of(network.Options) == TrainingJson.Of(shape))
        {
            return network;
        }
        network.Dispose();
        throw new InputException($"start: {options.Start} holds another network than the recipe's: give it the same keys under network, or start from random weights");
    }

    private void WriteResults(GuidedUNet network, IImageDataset data, int first, TrainingCounters done, IReadOnlyList<NoiseLevelLoss> losses, CancellationToken cancellation)
    {
        var about = About(done);
        about["loss-by-noise-level"] = TrainingJson.Of(losses);
        DenoiserFile.Save(network, WeightsPath, about);
        AtomicFile.WriteText(Path.Combine(folder, "card.md"), DenoiserCard.Write(options, network, data, done, losses));
        var preview = new DenoiserPreview(new UNetNoisePredictor(network), Schedule, options.Seed, device);
        preview.WriteDenoising(Path.Combine(folder, "denoised.png"), data, first, Math.Min(8, data.Count - first));
        preview.WriteSamples(Path.Combine(folder, "samples.png"), data.Channels, data.Height, data.Width, 16, cancellation);
    }

    private Dictionary<string, string> About(TrainingCounters counters) => new(StringComparer.Ordinal)
    {
        ["data"] = TrainingData.PublicName(options.Data),
        ["images-seen"] = counters.Images.ToString(CultureInfo.InvariantCulture),
        ["steps"] = counters.Step.ToString(CultureInfo.InvariantCulture),
        ["seconds"] = counters.Seconds.ToString("F0", CultureInfo.InvariantCulture),
        ["seed"] = options.Seed.ToString(CultureInfo.InvariantCulture),
        ["noise-schedule"] = "linear, 1000 steps, beta 1e-4 to 0.02",
        ["training"] = TrainingJson.Of(options with { Data = TrainingData.PublicName(options.Data), Start = Path.GetFileName(options.Start) }),
    };
}
