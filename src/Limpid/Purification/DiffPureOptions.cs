using Limpid.Diffusion;

namespace Limpid.Purification;

/// <summary>How DiffPure goes back from the noise.</summary>
public enum ReverseForm
{
    /// <summary>Discrete DDPM with variance β̃, no clipping: "DiffPure" in the works that re-evaluate it.</summary>
    Ddpm,

    /// <summary>Deterministic DDIM.</summary>
    Ddim,

    /// <summary>Ancestral sampling with the network's own variance and x̂0 clipped to [−1,1]: the <c>ddpm</c> option of DiffPure on ImageNet.</summary>
    AncestralLearned,

    /// <summary>The reverse-time SDE by Euler–Maruyama: DiffPure as published.</summary>
    Sde,

    /// <summary>The probability-flow ODE by Euler steps.</summary>
    Ode,

    /// <summary>The probability-flow ODE by Heun's method in EDM's coordinates: two network calls a step, made for few steps.</summary>
    Heun,
}

/// <summary>Settings of <see cref="DiffPure"/>.</summary>
public sealed record DiffPureOptions
{
    /// <summary>The shared noise level t*, a count of steps. Default 100: CIFAR-10, ℓ∞ 8/255.</summary>
    public StepCount Count { get; init; } = new(100);

    /// <summary>The reverse process.</summary>
    public ReverseForm Form { get; init; } = ReverseForm.Ddpm;

    /// <summary>Reverse steps per sample at most, each one network call (two for Heun); null for every index. Fewer make a surrogate for gradients.</summary>
    public int? Calls { get; init; }

    /// <summary>How the network is told the time, in the two continuous forms.</summary>
    public TimeLabel Label { get; init; } = TimeLabel.Real;

    /// <summary>The schedule the network was trained with.</summary>
    public NoiseSchedule Schedule { get; init; } = NoiseSchedule.Linear1000;

    /// <summary>Whether the purified image is limited to [0,1]; DiffPure's program does not.</summary>
    public bool ClampOutput { get; init; }
}
