using Limpid.Attacks;
using Limpid.Data;
using Limpid.Defenses;
using Limpid.Torch;
using Limpid.Torch.Noise;

namespace Limpid.Evaluation;

/// <summary>Measures how often a defense is right, on clean images and on images attacked against it, beside the bare classifier and a random-noise control.</summary>
/// <remarks>
/// A run is a list of (image, repetition) items, each independent of the rest: its noise is keyed by the seed, the image's
/// index in the full set and the repetition. So results do not depend on batch size, order, shards or where a run was resumed.
/// </remarks>
/// <param name="defense">What is measured.</param>
/// <param name="attack">What it is measured against.</param>
/// <param name="data">Labeled images.</param>
public sealed class RobustEvaluation(Defense defense, IAttack attack, IImageDataset data)
{
    /// <summary>How often the whole experiment is repeated, attack included, with other noise.</summary>
    public int Repetitions { get; init => field = Require.AtLeast(value, 1, "repetitions"); } = 1;

    /// <summary>Seed of all noise.</summary>
    public ulong Seed { get; init; }

    /// <summary>How the attack's gradient passes through the purifier.</summary>
    public GradientMode GradientMode { get; init; } = GradientMode.Exact;

    /// <summary>How often each final image is judged, each time with fresh noise.</summary>
    public int Judgements { get; init => field = Require.AtLeast(value, 1, "judgements"); } = 1;

    /// <summary>Images that are attacked at once.</summary>
    public int BatchSize { get; init => field = Require.AtLeast(value, 1, "batch"); } = 64;

    /// <summary>Only the first images of the data; all unless set.</summary>
    public int? Limit { get; init => field = value is { } limit ? Require.AtLeast(limit, 1, "limit") : null; }

    /// <summary>How many images are kept as pictures in a run folder.</summary>
    public int Examples { get; init => field = Require.AtLeast(value, 0, "examples"); } = 8;

    /// <summary>Where tensors live.</summary>
    public Device Device { get; init; } = Device.Cpu;

    /// <summary>Measures the time.</summary>
    public TimeProvider Clock { get; init; } = TimeProvider.System;

    /// <summary>Samples of the whole run, all shards together: distinct images times repetitions.</summary>
    public int Items => Positions.Length * Repetitions;

    // A published subset may draw an image twice; it is the same sample.
    private int[] Positions => field ??= [.. Enumerable.Range(0, Math.Min(data.Count, Limit ?? int.MaxValue)).DistinctBy(data.OriginalIndex)];

    /// <summary>Does what is not done yet, and sums up all that is.</summary>
    /// <param name="folder">Where samples are kept as they are finished, and looked for; null keeps them in memory.</param>
    /// <param name="shard">Which part of the items to do; all unless given.</param>
    /// <param name="progress">Told once at the start and after every batch.</param>
    /// <param name="cancellation">Looked at once per network call of a purifier; what is finished stays.</param>
    /// <exception cref="OperationCanceledException">The run was stopped; the folder holds all finished samples and their summary.</exception>
    /// <exception cref="InputException">The data have no labels, or ones the classifier does not know; or the folder is damaged, or another process is at work on this part of it.</exception>
    public EvaluationSummary Run(RunFolder? folder = null, Shard? shard = null, IProgress<EvaluationProgress>? progress = null, CancellationToken cancellation = default)
    {
        var part = shard ?? Shard.Whole;
        using var claim = folder?.Claim(part);
        var found = new SortedDictionary<(long, int), SampleRecord>((folder?.Samples() ?? []).ToDictionary(s => s.Key));
        Item[] mine = [.. Enumerable.Range(0, Items).Where(part.Has).Select(At)];
        var unfinished = mine.Chunk(BatchSize).Where(batch => !batch.All(item => found.ContainsKey(item.Key))).ToList();
        Report([]);
        if (unfinished.Count > 0)
        {
            using var log = folder is null ? null : SampleLog.Begin(folder.Path, part);
            try
            {
                foreach (var batch in unfinished)
                {
                    // The whole batch, even where a part of it is there: rounding may depend on who shares a batch.
                    var fresh = Do(batch, folder, cancellation).Where(sample => found.TryAdd(sample.Key, sample)).ToList();
                    fresh.ForEach(sample => log?.Add(sample));
                    Report(fresh);
                }
            }
            catch (OperationCanceledException)
            {
                Sum();
                throw;
            }
        }
        return Sum();

        void Report(IReadOnlyList<SampleRecord> fresh)
        {
            var done = mine.Where(item => found.ContainsKey(item.Key)).Select(item => found[item.Key]).ToList();
            progress?.Report(new EvaluationProgress(done.Count, mine.Length,
                Accuracy.Of(done, s => s.Clean == s.Label ? 1 : 0).Interval, Accuracy.Of(done, s => s.Adversarial == s.Label ? 1 : 0).Interval, fresh));
        }

        EvaluationSummary Sum()
        {
            // What other shards have written meanwhile counts too.
            IReadOnlyCollection<SampleRecord> all = folder?.Samples() ?? found.Values;
            var wanted = Enumerable.Range(0, Items).Select(item => At(item).Key).ToHashSet();
            var summary = EvaluationSummary.Of([.. all.Where(sample => wanted.Contains(sample.Key))], Items);
            folder?.WriteSummary(summary);
            return summary;
        }
    }

    private List<SampleRecord> Do(Item[] batch, RunFolder? folder, CancellationToken cancellation)
    {
        using var scope = TensorScope.Begin();
        long started = Clock.GetTimestamp();
        SampleKey[] keys = [.. batch.Select(item => new SampleKey(item.Key.Index, item.Key.Repetition))];
        var noise = new KeyedNoise(Seed, keys);
        var (images, labels) = Read(batch);
        var (samples, adversarial) = new Trial(defense, attack, GradientMode, Judgements).Run(images, labels, keys, noise, cancellation);
        double seconds = Clock.GetElapsedTime(started).TotalSeconds / batch.Length;
        if (folder is not null)
        {
            int[] shown = [.. Enumerable.Range(0, batch.Length).Where(row => batch[row].Position < Examples && keys[row].Repetition == 0)];
            new ExampleImages(folder.Path, defense).Write(images, adversarial, noise, keys, shown, cancellation);
        }
        return [.. samples.Select(sample => sample with { Seconds = seconds })];
    }

    private (Tensor Images, Tensor Labels) Read(Item[] batch)
    {
        int size = data.Channels * data.Height * data.Width;
        var pixels = new float[batch.Length * size];
        var labels = new long[batch.Length];
        for (int i = 0; i < batch.Length; i++)
        {
            data.ReadImage(batch[i].Position, pixels.AsSpan(i * size, size));
            labels[i] = data.Label(batch[i].Position);
            if (labels[i] < 0 || labels[i] >= defense.Classifier.ClassCount)
            {
                throw new InputException(labels[i] < 0
                    ? $"{data.Name}: image {batch[i].Key.Index} has no label, so nothing can be said about accuracy: use labeled data"
                    : $"{data.Name}: image {batch[i].Key.Index} has label {labels[i]}, the classifier knows 0 to {defense.Classifier.ClassCount - 1}: use the classifier of this data set");
            }
        }
        return (Tensor.From(pixels, batch.Length, data.Channels, data.Height, data.Width).To(Device), Tensor.From(labels, batch.Length).To(Device));
    }

    private Item At(int item)
    {
        int position = Positions[item % Positions.Length];
        return new Item(position, (data.OriginalIndex(position), item / Positions.Length));
    }

    private readonly record struct Item(int Position, (long Index, int Repetition) Key);
}
