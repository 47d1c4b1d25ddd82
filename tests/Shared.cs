using Xunit;

// libtorch has threads of its own, and tests count native handles of the whole process.
[assembly: CollectionBehavior(DisableTestParallelization = true)]

namespace Limpid.TestSupport;

/// <summary>The folder of reference tensors and real data that lies beside the checkout.</summary>
public static class SharedData
{
    public static string? Root { get; } = Find();

    public static string Path(string relative) => System.IO.Path.Combine(Root!, relative);

    private static string? Find()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            string candidate = System.IO.Path.Combine(folder.FullName, "shared", "golden");
            if (Directory.Exists(candidate))
            {
                return System.IO.Path.GetDirectoryName(candidate);
            }
        }
        return null;
    }
}

/// <summary>A fact that needs the shared folder and is skipped where it is absent.</summary>
public sealed class SharedFactAttribute : FactAttribute
{
    public SharedFactAttribute() => Skip = SharedData.Root is null ? "needs the shared folder beside the checkout" : null;
}

/// <summary>A theory that needs the shared folder and is skipped where it is absent.</summary>
public sealed class SharedTheoryAttribute : TheoryAttribute
{
    public SharedTheoryAttribute() => Skip = SharedData.Root is null ? "needs the shared folder beside the checkout" : null;
}

/// <summary>A fact that needs a GPU and is skipped where libtorch finds none.</summary>
public sealed class CudaFactAttribute : FactAttribute
{
    public CudaFactAttribute() => Skip = CudaTheoryAttribute.Reason;
}

/// <summary>A theory that needs a GPU and is skipped where libtorch finds none.</summary>
public sealed class CudaTheoryAttribute : TheoryAttribute
{
    public CudaTheoryAttribute() => Skip = Reason;

    internal static string? Reason => Limpid.Torch.Engine.CanUse(Limpid.Torch.Device.Cuda()) ? null : "needs a GPU and a libtorch built for CUDA (LIMPID_LIBTORCH)";
}

/// <summary>Whether rows are what they are in another batch.</summary>
public static class Batches
{
    /// <summary>Largest difference allowed: none with Limpid's kernels, rounding where all is left to libtorch.</summary>
    public static double Tolerance => Limpid.Torch.Engine.Kernels == Limpid.Torch.Kernels.Library || !ProcessorHasThem ? 1e-5 : 0;

    private static bool ProcessorHasThem =>
        System.Runtime.Intrinsics.X86.Avx2.IsSupported && System.Runtime.Intrinsics.X86.Fma.IsSupported && Environment.GetEnvironmentVariable("ATEN_CPU_CAPABILITY") != "default";
}

/// <summary>Counts native tensors when no forgotten one of an earlier test is left for a finalizer to free.</summary>
public static class LiveHandles
{
    public static long Settled()
    {
        long last = -1;
        // A forgotten tensor survives one finalization by design, so one round is not enough.
        while (last != (last = Collected()))
        {
        }
        return last;
    }

    private static long Collected()
    {
        for (int round = 0; round < 3; round++)
        {
            GC.Collect();
            GC.WaitForPendingFinalizers();
        }
        return Limpid.Torch.Engine.LiveTensors;
    }
}
