using Limpid.Data;
using Limpid.Diffusion;
using Limpid.Images;
using Limpid.Torch;
using Limpid.Torch.Noise;

namespace Limpid.Training;

/// <summary>Pictures by which a person sees how good a noise predictor is.</summary>
/// <param name="network">The network in evaluation mode.</param>
/// <param name="schedule">Its noise levels.</param>
/// <param name="seed">Seed of the noise.</param>
/// <param name="device">Where the network is.</param>
internal sealed class DenoiserPreview(INoisePredictor network, NoiseSchedule schedule, ulong seed, Device device)
{
    private static readonly int[] Levels = [50, 150, 300, 500];

    /// <summary>Writes a row of clean images, then for each noise level a row of diffused ones and a row of them denoised in one step.</summary>
    public void WriteDenoising(string path, IImageDataset data, int first, int count)
    {
        using var noGrad = GradMode.Off();
        using var scope = TensorScope.Begin();
        int[] positions = [.. Enumerable.Range(first, count)];
        var values = new float[count * data.ImageLength()];
        data.ReadImages(positions, values);
        var clean = Tensor.From(values, count, data.Channels, data.Height, data.Width).To(device);
        var noise = new KeyedNoise(seed, [.. positions.Select(p => new SampleKey(data.OriginalIndex(p)))]).Branch(NoisePurpose.Verify, 1000);
        var pictures = new List<RgbImage>(Pictures(clean));
        foreach (int level in Levels)
        {
            StepIndex[] from = Repeat(level, count), to = Repeat(-1, count);
            var diffused = ForwardProcess.Jump(schedule, (clean * 2) - 1, from, noise.Normal(NoisePurpose.Forward, level, clean.Shape[1..], device));
            pictures.AddRange(Pictures((diffused + 1) / 2));
            pictures.AddRange(Pictures((new DdimSampler(schedule, network).Step(diffused, from, to, noise) + 1) / 2));
        }
        PngWriter.Write(path, ImageGrid.Arrange(pictures, count, enlarge: 2));
    }

    /// <summary>Writes images made from noise alone by DDIM in fifty steps.</summary>
    public void WriteSamples(string path, int channels, int height, int width, int count, CancellationToken cancellation)
    {
        const int Steps = 50;
        using var noGrad = GradMode.Off();
        using var scope = TensorScope.Begin();
        var noise = new KeyedNoise(seed, [.. Enumerable.Range(0, count).Select(i => new SampleKey(i))]).Branch(NoisePurpose.Verify, 1001);
        var sampler = new DdimSampler(schedule, network, clip: true);
        var x = noise.Normal(NoisePurpose.Forward, 0, [channels, height, width], device);
        for (int step = Steps; step > 0; step--)
        {
            cancellation.ThrowIfCancellationRequested();
            using var inner = TensorScope.Begin();
            int from = (schedule.Steps * step / Steps) - 1, to = (schedule.Steps * (step - 1) / Steps) - 1;
            x = inner.Return(sampler.Step(x, Repeat(from, count), Repeat(to, count), noise));
        }
        PngWriter.Write(path, ImageGrid.Arrange(Pictures((x + 1) / 2), 8, enlarge: 2));
    }

    private static StepIndex[] Repeat(int index, int count)
    {
        var indices = new StepIndex[count];
        Array.Fill(indices, new StepIndex(index));
        return indices;
    }

    private static RgbImage[] Pictures(Tensor images)
    {
        using var scope = TensorScope.Begin();
        int count = (int)images.Size(0), channels = (int)images.Size(1), height = (int)images.Size(2), width = (int)images.Size(3);
        float[] values = images.Clamp(0, 1).ToFloats();
        int length = channels * height * width;
        return [.. Enumerable.Range(0, count).Select(i => RgbImage.FromUnit(channels, height, width, values.AsSpan(i * length, length)))];
    }
}
