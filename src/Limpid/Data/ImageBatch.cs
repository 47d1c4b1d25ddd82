using Limpid.Torch;
using Limpid.Torch.Noise;

namespace Limpid.Data;

/// <summary>Some images of a set as tensors, with what keys their noise.</summary>
/// <param name="Images">float32 [N,C,H,W] in [0,1].</param>
/// <param name="Labels">int64 [N]; −1 where unknown.</param>
/// <param name="Indices">Index of each image in the full set.</param>
public sealed record ImageBatch(Tensor Images, Tensor Labels, long[] Indices) : IDisposable
{
    /// <summary>Reads images at these positions.</summary>
    /// <param name="data">The set.</param>
    /// <param name="positions">Positions in it.</param>
    /// <param name="device">Where the tensors live.</param>
    public static ImageBatch Read(IImageDataset data, ReadOnlySpan<int> positions, Device device)
    {
        ArgumentNullException.ThrowIfNull(data);
        var values = new float[positions.Length * data.ImageLength()];
        data.ReadImages(positions, values);
        var labels = new long[positions.Length];
        var indices = new long[positions.Length];
        for (int i = 0; i < positions.Length; i++)
        {
            labels[i] = data.Label(positions[i]);
            indices[i] = data.OriginalIndex(positions[i]);
        }
        using var scope = TensorScope.Begin();
        return new ImageBatch(
            scope.Return(Tensor.From(values, positions.Length, data.Channels, data.Height, data.Width).To(device)),
            scope.Return(Tensor.From(labels, positions.Length).To(device)),
            indices);
    }

    /// <summary>The noise of these images in one repetition of an experiment.</summary>
    public KeyedNoise Noise(ulong seed, int repetition = 0) => new(seed, Array.ConvertAll(Indices, index => new SampleKey(index, repetition)));

    /// <summary>Frees the tensors.</summary>
    public void Dispose()
    {
        Images.Dispose();
        Labels.Dispose();
    }
}
