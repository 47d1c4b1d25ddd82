using System.CommandLine;
using System.CommandLine.Completions;
using System.Globalization;
using Limpid.Torch;

namespace Limpid.Cli;

/// <summary>The options that every command takes.</summary>
internal static class CommonOptions
{
    public static Option<long?> Seed { get; } = new("--seed")
    {
        Description = "Seed of all randomness; the same seed gives the same result. [default: the recipe's, else 0]",
        HelpName = "N",
        CustomParser = result => Whole(result.Tokens[0].Value, 0, long.MaxValue, "--seed", result.AddError),
        Recursive = true,
    };

    public static Option<string?> Device { get; } = new("--device")
    {
        Description = "Where to compute. [default: cpu]",
        HelpName = "cpu|cuda[:k]",
        Recursive = true,
    };

    public static Option<long?> Threads { get; } = new("--threads")
    {
        Description = "Threads for tensor operators. [default: OMP_NUM_THREADS, else measured once on this machine]",
        HelpName = "N",
        CustomParser = result => Whole(result.Tokens[0].Value, 1, 4096, "--threads", result.AddError),
        Recursive = true,
    };

    public static Option<long?> Batch { get; } = new("--batch")
    {
        Description = "Images worked on at a time; changes speed and memory, not results: on a GPU, or with other kernels than auto and precise, by rounding at most. [default: the recipe's]",
        HelpName = "N",
        CustomParser = result => Whole(result.Tokens[0].Value, 1, 1_000_000, "--batch", result.AddError),
        Recursive = true,
    };

    public static Option<Kernels?> Kernels { get; } = new("--kernels")
    {
        Description = "Whose convolutions, norms and attention: Limpid's where they apply and are faster (auto), the same with larger tiles of Winograd's convolutions (fast) or with the smallest and most exact (precise), or libtorch's always (library). [default: LIMPID_KERNELS, else auto]",
        HelpName = string.Join('|', KernelNames.All),
        CustomParser = result => KernelsOf(result.Tokens[0].Value, result.AddError),
        CompletionSources = { _ => KernelNames.All.Select(name => new CompletionItem(name)) },
        Recursive = true,
    };

    public static Option<bool> Json { get; } = new("--json")
    {
        Description = "One JSON object per result on standard output, and nothing else there.",
        Recursive = true,
    };

    public static Option<bool> Quiet { get; } = new("--quiet", "-q")
    {
        Description = "No progress on standard error.",
        Recursive = true,
    };

    public static IEnumerable<Option> All => [Seed, Device, Threads, Batch, Kernels, Json, Quiet];

    /// <summary>An option that takes a whole number.</summary>
    public static Option<long?> Number(string name, string description, long least, long most = long.MaxValue) => new(name)
    {
        Description = description,
        HelpName = "N",
        CustomParser = result => Whole(result.Tokens[0].Value, least, most, name, result.AddError),
    };

    private static Kernels? KernelsOf(string name, Action<string> fail)
    {
        if (KernelNames.All.Contains(name, StringComparer.Ordinal))
        {
            return KernelNames.Parse(name, "--kernels");
        }
        fail($"--kernels needs {KernelNames.Choices}, not '{name}'");
        return null;
    }

    private static long? Whole(string text, long least, long most, string name, Action<string> fail)
    {
        if (long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out long value) && value >= least && value <= most)
        {
            return value;
        }
        fail(most == long.MaxValue ? $"{name} needs a whole number of at least {least}, not '{text}'" : $"{name} needs a whole number from {least} to {most}, not '{text}'");
        return null;
    }
}
