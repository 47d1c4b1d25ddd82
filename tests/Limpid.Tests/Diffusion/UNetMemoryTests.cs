using Limpid.Diffusion.Networks;
using Limpid.Torch;

namespace Limpid.Tests.Diffusion;

public sealed class UNetMemoryTests
{
    // Kilobytes: a leak of one batch of images a step alone would be 30 MB, and the managed heap moves by some 15 MB.
    private const long Bound = 25_000;

    [Fact]
    [Trait("Category", "Slow")]
    public void Ten_thousand_calls_and_gradients_leave_memory_where_it_was()
    {
        using var network = new GuidedUNet(new GuidedUNetOptions { ModelChannels = 32, ChannelMultipliers = [1], ResBlocks = 1, AttentionFactors = [] });
        network.Initialize(seed: 1);
        // Small work: a second thread would only wait.
        int threads = Engine.Threads;
        Engine.Threads = 1;
        double[] t = [3];
        Steps(network, t, 500);
        long handles = LiveHandles.Settled(), grown = 0;
        // A leak grows in every round; a heap that a thousand other tests left may settle in the first.
        for (int round = 0; round < 3 && (round == 0 || grown >= Bound); round++)
        {
            long resident = ResidentKilobytes();
            Steps(network, t, 10_000);
            grown = ResidentKilobytes() - resident;
        }
        Engine.Threads = threads;
        Engine.LiveTensors.ShouldBe(handles);
        grown.ShouldBeLessThan(Bound);
    }

    private static void Steps(GuidedUNet network, double[] t, int count)
    {
        for (int k = 0; k < count; k++)
        {
            using var scope = TensorScope.Begin();
            var x = Tensor.Ones([1, 3, 16, 16]);
            if (k % 10 == 0)
            {
                var leaf = x.AsVariable();
                Gradient.Of(network.Forward(leaf, t).Sum(), leaf);
                continue;
            }
            using var noGrad = GradMode.Off();
            network.Forward(x, t);
        }
    }

    private static long ResidentKilobytes()
    {
        GC.Collect();
        GC.WaitForPendingFinalizers();
        return long.Parse(File.ReadLines("/proc/self/status").First(l => l.StartsWith("VmRSS", StringComparison.Ordinal)).Split(' ', StringSplitOptions.RemoveEmptyEntries)[^2], System.Globalization.CultureInfo.InvariantCulture);
    }
}
