using System.Runtime.InteropServices;
using Limpid.Torch.Native;

namespace Limpid.Torch;

/// <summary>What can be asked of, and told to, the libtorch that this process loaded.</summary>
public static class Engine
{
    private static readonly Lazy<bool> Loaded = new(Load);
    private static Kernels? kernels;

    /// <summary>Version of the libtorch that the shim was compiled against, such as <c>1.13.1</c>.</summary>
    public static unsafe string TorchVersion => Ensure(() => Marshal.PtrToStringUTF8((nint)Shim.lp_torch_version())!);

    /// <summary>Path of the libtorch library that is loaded.</summary>
    public static unsafe string TorchPath => Ensure(() => Marshal.PtrToStringUTF8((nint)Shim.lp_torch_path())!);

    /// <summary>Number of threads that operators use; at least 1.</summary>
    /// <remarks>Set it before the first operator runs: libtorch's pool is made once.</remarks>
    public static int Threads
    {
        get => Ensure(Shim.lp_get_threads);
        set
        {
            ArgumentOutOfRangeException.ThrowIfLessThan(value, 1);
            EnsureLoaded();
            Shim.lp_set_threads(value);
        }
    }

    /// <summary>Whose kernels compute convolutions and norms; from the environment variable <c>LIMPID_KERNELS</c> (<c>auto</c>, <c>precise</c>, <c>fast</c> or <c>library</c>) unless set.</summary>
    /// <remarks>Holds for calls that begin after the change, on all threads. Results differ by rounding only.</remarks>
    /// <exception cref="InputException">The environment variable has another value.</exception>
    public static Kernels Kernels
    {
        get => kernels ??= KernelsOf(Environment.GetEnvironmentVariable("LIMPID_KERNELS"));
        set => kernels = Enum.IsDefined(value) ? value : throw new ArgumentOutOfRangeException(nameof(value));
    }

    /// <summary>Number of native tensors that this process holds through handles, on all threads.</summary>
    public static long LiveTensors => Ensure(Shim.lp_live_handles);

    /// <summary>Whether tensors can be made on the device.</summary>
    public static bool CanUse(Device device)
    {
        try
        {
            using var probe = Tensor.Zeros([1], DType.Float32, device);
            return true;
        }
        catch (TorchException)
        {
            return false;
        }
    }

    internal static Kernels KernelsOf(string? name) =>
        string.IsNullOrEmpty(name) ? Kernels.Auto : KernelNames.Parse(name, "LIMPID_KERNELS");

    internal static void EnsureLoaded() => _ = Loaded.Value;

    private static T Ensure<T>(Func<T> read)
    {
        EnsureLoaded();
        return read();
    }

    private static bool Load()
    {
        Shim.lp_init();
        return true;
    }
}
