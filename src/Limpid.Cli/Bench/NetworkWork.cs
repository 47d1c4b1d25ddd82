using System.Globalization;
using Limpid.Diffusion;
using Limpid.Diffusion.Networks;
using Limpid.Purification;
using Limpid.Torch;
using Limpid.Torch.Noise;

namespace Limpid.Cli.Bench;

/// <summary>Whole U-Nets, purifications and their exact gradients, on random weights: time does not depend on them.</summary>
internal static class NetworkWork
{
    // Counted once for 32×32 images, multipliers 1-2-2, two blocks a level, attention at 16×16.
    private static readonly Dictionary<int, double> FlopPerImage = new() { [32] = 0.838e9, [64] = 3.176e9 };

    public static IEnumerable<Workload> All(int batch)
    {
        foreach (int width in FlopPerImage.Keys)
        {
            double flop = FlopPerImage[width] * batch;
            yield return new(Name("unet", width, "forward"), $"U-Net of width {width}, forward", flop, batch, () => Prepare(width, batch, Forward));
            yield return new(Name("unet", width, "input-gradient"), $"U-Net of width {width}, forward and gradient with respect to the image", 3 * flop, batch, () => Prepare(width, batch, InputGradient));
        }
        yield return new("purify-64", "DiffPure, DDPM form, t* = 100, U-Net of width 64", 100 * FlopPerImage[64] * batch, batch, () => Prepare(64, batch, (network, x) => Purify(network, x, 100)));
        yield return new("pullback-64", "exact gradient of a purification of 10 steps, U-Net of width 64", 10 * 4 * FlopPerImage[64] * batch, batch, () => Prepare(64, batch, (network, x) => Pullback(network, x, 10)));
    }

    private static string Name(string what, int width, string kind) => string.Create(CultureInfo.InvariantCulture, $"{what}-{width}-{kind}");

    private static PreparedWork Prepare(int width, int batch, Action<GuidedUNet, Tensor> work)
    {
        var network = new GuidedUNet(new GuidedUNetOptions { ModelChannels = width });
        network.Initialize(seed: 20641);
        var x = Noise(batch).Uniform(NoisePurpose.Control, 0, [3, 32, 32]).Keep();
        return new PreparedWork(() => work(network, x), () =>
        {
            network.Dispose();
            x.Dispose();
        });
    }

    private static KeyedNoise Noise(long batch) => new(1, [.. Enumerable.Range(0, (int)batch).Select(i => new SampleKey(i))]);

    private static double[] Timesteps(Tensor x) => [.. Enumerable.Repeat(50.0, (int)x.Size(0))];

    private static void Forward(GuidedUNet network, Tensor x)
    {
        using var noGrad = GradMode.Off();
        network.Forward(x, Timesteps(x)).Dispose();
    }

    private static void InputGradient(GuidedUNet network, Tensor x)
    {
        using var scope = TensorScope.Begin();
        var leaf = x.AsVariable();
        var output = network.Forward(leaf, Timesteps(x));
        Gradient.Of((output * output).Sum(), leaf);
    }

    private static void Purify(GuidedUNet network, Tensor x, int steps)
    {
        var noise = Noise(x.Size(0));
        using var plan = Plan(network, x, noise, steps);
        Chain.Run(plan, x, noise).Dispose();
    }

    private static void Pullback(GuidedUNet network, Tensor x, int steps)
    {
        var noise = Noise(x.Size(0));
        using var plan = Plan(network, x, noise, steps);
        using var trace = Chain.Trace(plan, x, noise);
        trace.Pullback(trace.Output).Dispose();
    }

    private static PurificationPlan Plan(GuidedUNet network, Tensor x, INoise noise, int steps) =>
        new DiffPure(new UNetNoisePredictor(network), new DiffPureOptions { Count = new StepCount(steps) }).Plan(x, noise);
}
