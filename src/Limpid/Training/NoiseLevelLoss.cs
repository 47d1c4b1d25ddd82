using Limpid.Data;
using Limpid.Diffusion;
using Limpid.Torch;
using Limpid.Torch.Noise;

namespace Limpid.Training;

/// <summary>The mean squared error of predicted noise on images kept out of training, for a range of noise levels.</summary>
/// <param name="First">Smallest t.</param>
/// <param name="Last">Largest t.</param>
/// <param name="Loss">Mean squared error per value; 1 is as good as predicting zero.</param>
public sealed record NoiseLevelLoss(int First, int Last, double Loss)
{
    private static readonly int[] Edges = [0, 50, 100, 150, 200, 300, 500, 1000];

    /// <summary>Measures every range, each image once per range at a keyed level; the same for the same seed whatever the batch size.</summary>
    /// <param name="network">The network in evaluation mode.</param>
    /// <param name="schedule">The noise levels; of 1000 steps.</param>
    /// <param name="data">The images.</param>
    /// <param name="first">Position of the first image.</param>
    /// <param name="count">How many.</param>
    /// <param name="seed">Seed of levels and noise.</param>
    /// <param name="batch">Images at a time.</param>
    /// <param name="device">Where the network is.</param>
    /// <param name="cancellation">Looked at once per batch.</param>
    public static IReadOnlyList<NoiseLevelLoss> Measure(NoiseNetwork network, NoiseSchedule schedule, IImageDataset data, int first, int count, ulong seed, int batch = 32, Device device = default, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(network);
        ArgumentNullException.ThrowIfNull(data);
        using var noGrad = GradMode.Off();
        var sums = new double[Edges.Length - 1];
        for (int start = 0; start < count; start += batch)
        {
            int[] positions = [.. Enumerable.Range(first + start, Math.Min(batch, count - start))];
            for (int bucket = 0; bucket < sums.Length; bucket++)
            {
                cancellation.ThrowIfCancellationRequested();
                sums[bucket] += SumOfMeans(network, schedule, data, positions, bucket, seed, device);
            }
        }
        return count == 0 ? [] : [.. sums.Select((sum, k) => new NoiseLevelLoss(Edges[k], Edges[k + 1] - 1, sum / count))];
    }

    private static double SumOfMeans(NoiseNetwork network, NoiseSchedule schedule, IImageDataset data, int[] positions, int bucket, ulong seed, Device device)
    {
        using var scope = TensorScope.Begin();
        SampleKey[] keys = [.. positions.Select(p => new SampleKey(data.OriginalIndex(p)))];
        var noise = new KeyedNoise(seed, keys).Branch(NoisePurpose.Verify, bucket);
        int from = Edges[bucket], width = Edges[bucket + 1] - from;
        double[] timesteps = Array.ConvertAll(noise.Uniform(NoisePurpose.Training, 0, [1]).ToFloats(), u => (double)(from + Math.Min(width - 1, (int)(u * width))));
        var values = new float[positions.Length * data.ImageLength()];
        data.ReadImages(positions, values);
        var images = Tensor.From(values, positions.Length, data.Channels, data.Height, data.Width).To(device);
        var epsilon = noise.Normal(NoisePurpose.Forward, 0, images.Shape[1..], device);
        var predicted = network(NoisePredictionObjective.Diffuse(schedule, images, timesteps, epsilon), timesteps, noise);
        return (predicted - epsilon).Square().Mean([1, 2, 3]).Sum().Item();
    }
}
