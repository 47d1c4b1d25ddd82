using Limpid.Diffusion;

namespace Limpid.Purification;

/// <summary>One run of gradual noise scheduling.</summary>
/// <param name="Count">T_k, how far the image is diffused.</param>
/// <param name="Calls">Network calls on the way back; null for one per step.</param>
public readonly record struct GnsRun(StepCount Count, int? Calls = null);

/// <summary>Settings of <see cref="Gns"/>; defaults those of the defense on CIFAR-10.</summary>
public sealed record GnsOptions
{
    /// <summary>The runs in order.</summary>
    public IReadOnlyList<GnsRun> Runs { get; init; } = GnsPresets.Full(30, 30, 30, 30, 50, 50, 125, 125);

    /// <summary>η: 1 for DDPM, 0 for DDIM.</summary>
    public double Eta { get; init; } = 1;

    /// <summary>The schedule the network was trained with.</summary>
    public NoiseSchedule Schedule { get; init; } = NoiseSchedule.Linear1000;

    /// <summary>Whether the purified image is limited to [0,1]; the authors' program does not.</summary>
    public bool ClampOutput { get; init; }
}

/// <summary>Gradual noise scheduling as its authors ran it: defenses, and the surrogates they are attacked through (which drop runs as well as calls).</summary>
/// <remarks>Predictions are majority votes over 10 repetitions of the whole chain.</remarks>
public static class GnsPresets
{
    /// <summary>CIFAR-10.</summary>
    public static GnsOptions Cifar10 { get; } = new();

    /// <summary>The surrogate for CIFAR-10: 7 calls.</summary>
    public static GnsOptions Cifar10Surrogate { get; } = new() { Runs = Short(125) };

    /// <summary>SVHN.</summary>
    public static GnsOptions Svhn { get; } = new() { Runs = Full(30, 30, 30, 30, 50, 50, 80, 80) };

    /// <summary>The surrogate for SVHN.</summary>
    public static GnsOptions SvhnSurrogate { get; } = new() { Runs = Short(80) };

    /// <summary>ImageNet; a learned variance is ignored.</summary>
    public static GnsOptions ImageNet { get; } = new() { Runs = Full(30, 30, 30, 30, 50, 50, 200, 200) };

    /// <summary>The surrogate for ImageNet.</summary>
    public static GnsOptions ImageNetSurrogate { get; } = new() { Runs = Short(200) };

    internal static GnsRun[] Full(params int[] counts) => Array.ConvertAll(counts, count => new GnsRun(new StepCount(count)));

    private static GnsRun[] Short(int last) => [new(new StepCount(30), 1), new(new StepCount(50), 1), new(new StepCount(last), 5)];
}
