using System.Globalization;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics.X86;
using Limpid.Recipes;
using Limpid.Torch;

namespace Limpid.Cli.Doctor;

/// <summary>Looks at the machine, one check at a time, so that each is printed as soon as it is known.</summary>
internal static class Checks
{
    public static IEnumerable<Check> All()
    {
        yield return Check.Good("limpid", $"{CommandLine.Version}, in {AppContext.BaseDirectory.TrimEnd('/')}");
        yield return Check.Good("system", $"{RuntimeInformation.OSDescription}, {RuntimeInformation.ProcessArchitecture}, {RuntimeInformation.FrameworkDescription}");
        yield return Processor();
        yield return Memory();
        var torch = Torch();
        yield return torch;
        if (torch.Status == CheckStatus.Good)
        {
            yield return MatrixProducts();
            yield return Threads();
            yield return KernelsInUse();
            yield return Gpu();
        }
        yield return Networks();
        yield return Jpeg();
        yield return Disk();
    }

    private static Check Processor()
    {
        var features = new List<string>();
        if (Avx2.IsSupported) { features.Add("AVX2"); }
        if (Fma.IsSupported) { features.Add("FMA"); }
        if (Avx512F.IsSupported) { features.Add("AVX-512"); }
        string name = ModelName() ?? RuntimeInformation.ProcessArchitecture.ToString();
        string found = $"{name}, {Environment.ProcessorCount} cores, {(features.Count == 0 ? "no vector extensions seen" : string.Join(" ", features))}";
        return features.Count > 0 || RuntimeInformation.ProcessArchitecture is not Architecture.X64
            ? Check.Good("processor", found)
            : Check.Note("processor", found, "without AVX2 networks run several times slower");
    }

    private static string? ModelName()
    {
        try
        {
            return File.ReadLines("/proc/cpuinfo").FirstOrDefault(line => line.StartsWith("model name", StringComparison.Ordinal))?.Split(':', 2)[1].Trim();
        }
        catch (IOException)
        {
            return null;
        }
    }

    private static Check Memory()
    {
        double gigabytes = GC.GetGCMemoryInfo().TotalAvailableMemoryBytes / 1e9;
        string found = string.Create(CultureInfo.InvariantCulture, $"{gigabytes:F1} GB for this process");
        return gigabytes >= 2
            ? Check.Good("memory", found)
            : Check.Note("memory", found, "use small batches (--batch 4)");
    }

    private static Check Torch()
    {
        try
        {
            return Check.Good("libtorch", $"{Engine.TorchVersion} ({Engine.TorchPath})");
        }
        catch (Exception e) when (e is InputException or TorchException or DllNotFoundException or TypeInitializationException)
        {
            return Check.Broken("libtorch", (e.InnerException as InputException ?? e).Message.ReplaceLineEndings(" "),
                "apt-get install --no-install-recommends g++ cmake make libtorch-dev libopenblas0-pthread, then run ./limpid again");
        }
    }

    private static Check MatrixProducts()
    {
        string[] loaded = [.. File.ReadLines("/proc/self/maps").Select(line => Path.GetFileName(line.Split(' ')[^1]))
            .Where(name => name.StartsWith("libopenblas", StringComparison.Ordinal) || name.StartsWith("libblas", StringComparison.Ordinal) || name.StartsWith("libmkl", StringComparison.Ordinal)).Distinct(StringComparer.Ordinal)];
        if (loaded.Length == 0)
        {
            return Check.Good("matrices", "within libtorch");
        }
        // Debian's libblas.so.3 is the slow reference unless OpenBLAS took its place.
        bool slow = loaded.All(name => name.StartsWith("libblas", StringComparison.Ordinal)) && !IsOpenBlas("libblas.so.3");
        return slow
            ? Check.Note("matrices", "the reference BLAS", "apt-get install libopenblas0-pthread makes networks many times faster")
            : Check.Good("matrices", string.Join(", ", loaded));
    }

    private static bool IsOpenBlas(string library) =>
        NativeLibrary.TryLoad(library, out nint handle) && NativeLibrary.TryGetExport(handle, "openblas_get_config", out _);

    private static Check Threads()
    {
        int threads = Engine.Threads;
        string found = ThreadCalibration.Describe();
        return threads <= Environment.ProcessorCount
            ? Check.Good("threads", found)
            : Check.Note("threads", found, $"more threads than cores only wait for each other: --threads {Environment.ProcessorCount}");
    }

    private static Check KernelsInUse()
    {
        try
        {
            return Check.Good("kernels", $"{Engine.Kernels.Name()} (--kernels {string.Join('|', KernelNames.All)})");
        }
        catch (InputException e)
        {
            return Check.Broken("kernels", e.Message, "set the environment variable to one of these, or unset it");
        }
    }

    private static Check Gpu()
    {
        if (Engine.CanUse(Device.Cuda()))
        {
            return Check.Good("gpu", "usable as --device cuda");
        }
        return File.Exists("/proc/driver/nvidia/version")
            ? Check.Note("gpu", "there is one, but this libtorch cannot use it", "set LIMPID_LIBTORCH to a libtorch built for CUDA and run ./limpid again")
            : Check.Note("gpu", "none", "everything works without; networks of published size are slow on a processor");
    }

    private static Check Networks() => BundledFiles.Recipes.Count > 0 && BundledFiles.Networks.Count > 0
        ? Check.Good("bundled", $"{BundledFiles.Recipes.Count} recipes; networks {string.Join(", ", BundledFiles.Networks)}")
        : Check.Note("bundled", $"{BundledFiles.Recipes.Count} recipes, {BundledFiles.Networks.Count} networks", "recipes/ and weights/ belong beside the program: build it from a whole checkout");

    private static Check Jpeg() => NativeLibrary.TryLoad("libturbojpeg.so.0", out _)
        ? Check.Good("jpeg", "libturbojpeg")
        : Check.Note("jpeg", "libturbojpeg is missing: JPEG files cannot be read", "apt-get install libturbojpeg0 (on Ubuntu: libturbojpeg)");

    private static Check Disk()
    {
        string folder = Directory.GetCurrentDirectory();
        double gigabytes = new DriveInfo(folder).AvailableFreeSpace / 1e9;
        string found = string.Create(CultureInfo.InvariantCulture, $"{gigabytes:F1} GB free in {folder}");
        return gigabytes >= 1 ? Check.Good("disk", found) : Check.Note("disk", found, "runs and checkpoints may not fit: free some space or write elsewhere with --out");
    }
}
