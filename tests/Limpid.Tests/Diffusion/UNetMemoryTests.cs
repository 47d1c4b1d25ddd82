using System.Runtime.InteropServices;
using Limpid.Diffusion.Networks;
using Limpid.Torch;

namespace Limpid.Tests.Diffusion;

public sealed class UNetMemoryTests
{
    // One image a step alone would be 30 MB. The runtime's compiler, which works on meanwhile, moves the native heap by 3 to 5 MB,
    // and the managed one moves by 0.2.
    private const long NativeBound = 8_000_000, ManagedBound = 1_000_000;

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
        long handles = LiveHandles.Settled(), native = NativeBytes(), managed = GC.GetTotalMemory(forceFullCollection: true);
        Steps(network, t, 10_000);
        Engine.Threads = threads;
        LiveHandles.Settled().ShouldBe(handles);
        (NativeBytes() - native).ShouldBeLessThan(NativeBound);
        (GC.GetTotalMemory(forceFullCollection: true) - managed).ShouldBeLessThan(ManagedBound);
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

    // What programs hold from the C library's heap; resident memory would also count what the heap keeps for later.
    private static long NativeBytes()
    {
        var heap = Heap();
        return (long)(heap.InUse + heap.Mapped);
    }

    [DllImport("libc", EntryPoint = "mallinfo2")]
    private static extern HeapInfo Heap();

    // struct mallinfo2.
    [StructLayout(LayoutKind.Sequential)]
    private struct HeapInfo
    {
        public nuint Arena, Free, Fast, MappedCount, Mapped, Unused, FastBytes, InUse, FreeBytes, Releasable;
    }
}
