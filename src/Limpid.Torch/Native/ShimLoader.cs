using System.Reflection;
using System.Runtime.InteropServices;

namespace Limpid.Torch.Native;

/// <summary>Finds the shim and prepares the process before libtorch loads.</summary>
internal static partial class ShimLoader
{
    private const string FileName = "liblimpid_torch.so";

    internal static void Register() =>
        NativeLibrary.SetDllImportResolver(typeof(ShimLoader).Assembly, Resolve);

    internal static string LibraryPath()
    {
        string? chosen = Environment.GetEnvironmentVariable("LIMPID_SHIM");
        return string.IsNullOrEmpty(chosen) ? Path.Combine(AppContext.BaseDirectory, FileName) : chosen;
    }

    private static nint Resolve(string library, Assembly assembly, DllImportSearchPath? search)
    {
        if (library != "limpid_torch")
        {
            return 0;
        }
        SetThreadDefaults();
        string path = LibraryPath();
        if (!File.Exists(path))
        {
            throw new InputException($"the native library {path} is missing: build the project with `dotnet build` (it needs g++, cmake and libtorch-dev)");
        }
        try
        {
            return NativeLibrary.Load(path);
        }
        catch (DllNotFoundException e)
        {
            throw new InputException(
                $"the native library {path} does not load ({FirstLine(e.Message)}): install libtorch-dev and libopenblas0-pthread, or set LIMPID_LIBTORCH and build again", e);
        }
    }

    // OpenMP and OpenBLAS read these when they load, and .NET's own environment is not the C one. On busy cores
    // spinning OpenMP threads and a second BLAS pool cost a factor of four to six.
    private static void SetThreadDefaults()
    {
        WaitPolicy.Apply(SetUnlessSet);
        SetUnlessSet("OPENBLAS_NUM_THREADS", "1");
    }

    private static void SetUnlessSet(string name, string value) => _ = setenv(name, value, overwrite: 0);

    private static string FirstLine(string text) => text.AsSpan().Trim().ToString().Split('\n')[0];

    [LibraryImport("libc", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int setenv(string name, string value, int overwrite);
}
