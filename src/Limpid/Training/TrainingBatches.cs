using Limpid.Data;
using Limpid.Torch;
using Limpid.Torch.Noise;

namespace Limpid.Training;

/// <summary>The batches of a training: which images, in which order, how changed; all a function of seed and step.</summary>
public sealed class TrainingBatches
{
    private readonly IImageDataset data;
    private readonly int batchSize;
    private readonly ulong seed;
    private readonly Augmentation augmentation;
    private readonly Device device;
    private readonly EpochOrder order;
    private readonly float[] pixels;

    /// <summary>Batches over the first images of a data set.</summary>
    /// <param name="data">The images; those from position <paramref name="count"/> on are never read.</param>
    /// <param name="count">How many images to train on.</param>
    /// <param name="batchSize">Images per batch.</param>
    /// <param name="seed">Seed of order and augmentation.</param>
    /// <param name="augmentation">What may be done to an image.</param>
    /// <param name="device">Where batches are put.</param>
    public TrainingBatches(IImageDataset data, int count, int batchSize, ulong seed, Augmentation augmentation, Device device = default)
    {
        ArgumentNullException.ThrowIfNull(data);
        ArgumentOutOfRangeException.ThrowIfLessThan(count, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(count, data.Count);
        ArgumentOutOfRangeException.ThrowIfLessThan(batchSize, 1);
        (this.data, this.batchSize, this.seed, this.augmentation, this.device) = (data, batchSize, seed, augmentation, device);
        order = new EpochOrder(count, seed);
        pixels = new float[batchSize * data.ImageLength()];
    }

    /// <summary>Images per batch.</summary>
    public int BatchSize => batchSize;

    /// <summary>The batch of a step, in the caller's scope.</summary>
    public TrainingBatch At(long step)
    {
        int length = data.ImageLength();
        var keys = new SampleKey[batchSize];
        var labels = new long[batchSize];
        for (int i = 0; i < batchSize; i++)
        {
            var (position, epoch) = order.At((step * batchSize) + i);
            keys[i] = new SampleKey(data.OriginalIndex(position), epoch);
            labels[i] = data.Label(position);
            data.ReadImage(position, pixels.AsSpan(i * length, length));
        }
        var noise = new KeyedNoise(seed, keys).Branch(NoisePurpose.Iteration, (int)step);
        Augment(noise, length);
        var images = Tensor.From(pixels, batchSize, data.Channels, data.Height, data.Width);
        return new TrainingBatch(images.To(device), Tensor.From(labels, batchSize).To(device), noise.Branch(NoisePurpose.Draw, 0)) { Step = step };
    }

    private void Augment(INoise noise, int length)
    {
        using var scope = TensorScope.Begin();
        float[] draws = noise.Uniform(NoisePurpose.Training, 0, [Augmentation.Draws]).ToFloats();
        for (int i = 0; i < batchSize; i++)
        {
            augmentation.Apply(pixels.AsSpan(i * length, length), data.Channels, data.Height, data.Width, draws.AsSpan(i * Augmentation.Draws, Augmentation.Draws));
        }
    }
}
