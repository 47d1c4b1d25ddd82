using Limpid.Classifiers;
using Limpid.Purification;
using Limpid.Purification.Networks;
using Limpid.Purification.ReverseAdversarial;
using Limpid.Torch;
using Limpid.Torch.Noise;

namespace Limpid.Cli.Bench;

/// <summary>A wide ResNet on CIFAR images without and with RAP's one-step adapter, as the paper times them: 7.54 and 7.35 images/s there.</summary>
/// <remarks>Random weights: time does not depend on them.</remarks>
internal static class AdapterWork
{
    // Counted once for 32×32 color images: WRN-28-10, and Cold Diffusion's network of width 64, multipliers 1-2-4-8.
    private const double ClassifierFlop = 10.487e9;
    private const double AdapterFlop = 4.213e9;

    public static IEnumerable<Workload> All(int batch) =>
    [
        new("rap-without", "WRN-28-10 alone", ClassifierFlop * batch, batch, () => Prepare(batch, adapts: false)),
        new("rap-one-step", "WRN-28-10 behind RAP's adapter in one step", (ClassifierFlop + AdapterFlop) * batch, batch, () => Prepare(batch, adapts: true)),
    ];

    private static PreparedWork Prepare(int batch, bool adapts)
    {
        var network = ClassifierFile.Create("wrn-28-10");
        network.Network.Initialize(seed: 20641);
        var adapter = new RapAdapter();
        adapter.Initialize(seed: 20641);
        IClassifier timed = adapts ? new RobustClassifier(adapter, network) : network;
        var x = new KeyedNoise(1, [.. Enumerable.Range(0, batch).Select(i => new SampleKey(i))]).Uniform(NoisePurpose.Control, 0, [3, 32, 32]).Keep();
        return new PreparedWork(() => Classify(timed, x), () =>
        {
            network.Dispose();
            adapter.Dispose();
            x.Dispose();
        });
    }

    private static void Classify(IClassifier classifier, Tensor x)
    {
        using var noGrad = GradMode.Off();
        classifier.Logits(x).Dispose();
    }
}
