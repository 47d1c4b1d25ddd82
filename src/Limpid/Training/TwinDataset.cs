using Limpid.Attacks;
using Limpid.Data;
using Limpid.Torch;
using Limpid.Torch.Noise;

namespace Limpid.Training;

/// <summary>Clean images with their adversarial twins, as images of twice the channels: the clean ones first.</summary>
/// <remarks>One image of both, so that a mirrored pair is mirrored together. Twins are kept in float32: 12 KiB for 3x32x32.</remarks>
public sealed class TwinDataset : IImageDataset
{
    private readonly IImageDataset clean;
    private readonly float[][] twins;

    private TwinDataset(IImageDataset clean, float[][] twins) => (this.clean, this.twins) = (clean, twins);

    /// <inheritdoc/>
    public string Name => clean.Name;

    /// <inheritdoc/>
    public int Count => twins.Length;

    /// <inheritdoc/>
    public int Channels => 2 * clean.Channels;

    /// <inheritdoc/>
    public int Height => clean.Height;

    /// <inheritdoc/>
    public int Width => clean.Width;

    /// <inheritdoc/>
    public int ClassCount => clean.ClassCount;

    /// <inheritdoc/>
    public IReadOnlyList<string> ClassNames => clean.ClassNames;

    /// <summary>Attacks every image once.</summary>
    /// <param name="target">The frozen classifier; DAD's denoiser learns from attacks on it alone, without any defense.</param>
    /// <param name="data">Clean labeled images.</param>
    /// <param name="attack">How; DAD takes <see cref="MinimumMarginAttack"/>.</param>
    /// <param name="seed">Seed of the attack's noise.</param>
    /// <param name="batch">Images at a time; the twins do not depend on it.</param>
    /// <param name="device">Where the target is.</param>
    /// <param name="progress">Hears how many twins there are.</param>
    /// <param name="cancellation">Looked at once per step of the attack.</param>
    /// <exception cref="InputException">An image has no label.</exception>
    public static TwinDataset Create(
        ITarget target, IImageDataset data, IAttack attack, ulong seed, int batch = 100, Device device = default,
        IProgress<int>? progress = null, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(data);
        int length = data.ImageLength();
        var twins = new float[data.Count][];
        foreach (int[] rows in Enumerable.Range(0, data.Count).Chunk(batch))
        {
            using var scope = TensorScope.Begin();
            long[] labels = Array.ConvertAll(rows, row => (long)data.Label(row));
            if (Array.FindIndex(labels, label => label < 0) is >= 0 and int unknown)
            {
                throw new InputException($"image {rows[unknown]} of data '{data.Name}' has no label, so it has no adversarial twin: choose labeled data");
            }
            var pixels = new float[rows.Length * length];
            data.ReadImages(rows, pixels);
            var images = Tensor.From(pixels, rows.Length, data.Channels, data.Height, data.Width).To(device);
            var noise = new KeyedNoise(seed, Array.ConvertAll(rows, row => new SampleKey(data.OriginalIndex(row)))).Branch(NoisePurpose.Craft, 0);
            float[] found = attack.Run(target, images, Tensor.From(labels, labels.Length).To(device), noise, cancellation).Adversarial.ToFloats();
            for (int i = 0; i < rows.Length; i++)
            {
                twins[rows[i]] = found[(i * length)..((i + 1) * length)];
            }
            progress?.Report(rows[^1] + 1);
        }
        return new TwinDataset(data, twins);
    }

    /// <inheritdoc/>
    public void ReadImage(int index, Span<float> destination)
    {
        clean.ReadImage(index, destination);
        twins[index].CopyTo(destination[clean.ImageLength()..]);
    }

    /// <inheritdoc/>
    public int Label(int index) => clean.Label(index);

    /// <inheritdoc/>
    public long OriginalIndex(int index) => clean.OriginalIndex(index);
}
