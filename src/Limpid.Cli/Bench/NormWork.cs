using Limpid.Torch;
using Limpid.Torch.Noise;

namespace Limpid.Cli.Bench;

/// <summary>Group norm, scale, shift and SiLU, the second largest part of a U-Net.</summary>
internal static class NormWork
{
    public static IEnumerable<Workload> All(int batch) => [Make(batch, gradient: false), Make(batch, gradient: true)];

    private static Workload Make(int batch, bool gradient)
    {
        const int Channels = 64, Side = 32;
        return new Workload(
            gradient ? "norm-silu-input-gradient" : "norm-silu-forward",
            $"group norm, scale, shift and SiLU of {Channels} channels at {Side}×{Side}{(gradient ? ", forward and gradient with respect to the image" : "")}",
            (gradient ? 30.0 : 12.0) * Channels * Side * Side * batch,
            batch,
            () => Prepare(Channels, Side, batch, gradient));
    }

    private static PreparedWork Prepare(int channels, int side, int batch, bool gradient)
    {
        var noise = new KeyedNoise(1, [.. Enumerable.Range(0, batch).Select(i => new SampleKey(i))]);
        var x = noise.Normal(NoisePurpose.Control, 0, [channels, side, side]).Keep();
        var modulation = noise.Normal(NoisePurpose.Control, 1, [channels, 1, 1]).Keep();
        var weight = Tensor.Ones([channels]).Keep();
        var bias = Tensor.Zeros([channels]).Keep();
        return new PreparedWork(
            () =>
            {
                using var scope = TensorScope.Begin();
                using var mode = gradient ? GradMode.On() : GradMode.Off();
                var input = gradient ? x.AsVariable() : x;
                var output = Functional.GroupNormSilu(input, 32, weight, bias, 1e-5, modulation, modulation);
                if (gradient)
                {
                    Gradient.Of(output, input, x);
                }
            },
            () =>
            {
                x.Dispose();
                modulation.Dispose();
                weight.Dispose();
                bias.Dispose();
            });
    }
}
