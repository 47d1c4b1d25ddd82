using System.Globalization;
using Limpid.Torch;
using Limpid.Torch.Noise;

namespace Limpid.Cli.Bench;

/// <summary>3×3 convolutions at the shapes that a CIFAR U-Net spends its time in.</summary>
internal static class ConvolutionWork
{
    private static readonly (int Channels, int Side)[] Shapes = [(32, 32), (64, 32), (128, 16), (256, 8)];

    public static IEnumerable<Workload> All(int batch) => Shapes.SelectMany(shape => new[]
    {
        Make(shape.Channels, shape.Side, batch, gradient: false),
        Make(shape.Channels, shape.Side, batch, gradient: true),
    });

    private static Workload Make(int channels, int side, int batch, bool gradient)
    {
        string kind = gradient ? "input-gradient" : "forward";
        double flop = 2.0 * 9 * channels * channels * side * side * batch;
        return new Workload(
            string.Create(CultureInfo.InvariantCulture, $"conv-{channels}-{side}-{kind}"),
            $"3×3 convolution {channels} to {channels} channels at {side}×{side}, {(gradient ? "gradient with respect to the image only" : "forward")}",
            flop,
            batch,
            () => Prepare(channels, side, batch, gradient));
    }

    private static PreparedWork Prepare(int channels, int side, int batch, bool gradient)
    {
        var noise = new KeyedNoise(1, [.. Enumerable.Range(0, batch).Select(i => new SampleKey(i))]);
        var x = noise.Normal(NoisePurpose.Control, 0, [channels, side, side]).Keep();
        var filters = new KeyedNoise(2, [.. Enumerable.Range(0, channels).Select(i => new SampleKey(i))]).Normal(NoisePurpose.Weights, 0, [channels, 3, 3]).Keep();
        if (!gradient)
        {
            return new PreparedWork(() => Forward(x, filters), () => Free(x, filters));
        }
        x.RequiresGrad = true;
        var output = Functional.Conv2d(x, filters, padding: 1).Keep();
        var weights = output.OnesLike().Keep();
        return new PreparedWork(() => Gradient.Of(output, x, weights, retainGraph: true).Dispose(), () => Free(x, filters, output, weights));
    }

    private static void Forward(Tensor x, Tensor filters)
    {
        using var noGrad = GradMode.Off();
        Functional.Conv2d(x, filters, padding: 1).Dispose();
    }

    private static void Free(params Tensor[] tensors)
    {
        foreach (var tensor in tensors)
        {
            tensor.Dispose();
        }
    }
}
