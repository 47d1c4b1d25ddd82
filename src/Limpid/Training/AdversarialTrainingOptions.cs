using System.Globalization;
using Limpid.Attacks;
using Limpid.Torch;

namespace Limpid.Training;

/// <summary>How an adversarial training searches, in each step, for the images that it learns from.</summary>
/// <remarks>Projected gradient ascent within the threat; published numbers: 7 steps of 2/255 at ℓ∞ 8/255 (Madry et al., ICLR 2018), 10 of 0.007 at 0.031 (TRADES, ICML 2019), 40 of 0.01 at ℓ∞ 0.3 on MNIST (both).</remarks>
public sealed record AdversarialTrainingOptions
{
    private const string Automatic = "auto";

    /// <summary>Gradient steps, at least 1; each costs as much as a training step on clean images.</summary>
    public int Steps { get; init; } = 10;

    /// <summary>Length of a step in units of pixels, such as <c>2/255</c>; <c>auto</c> is ε/4 for ℓ∞ and ε/5 for ℓ2.</summary>
    public string StepSize { get; init; } = Automatic;

    /// <summary>Whether the search starts at a random point of the ball; else at the image, and for TRADES, whose loss is flat there, 0.001·z beside it, as published.</summary>
    public bool RandomStart { get; init; } = true;

    /// <summary>Training steps over which radius and step length grow from almost 0: our addition, for large radii from which a fresh network learns nothing.</summary>
    public int WarmUpSteps { get; init; }

    /// <summary>The length of a step for a threat.</summary>
    /// <exception cref="InputException">It is no number above 0.</exception>
    public double StepFor(Threat threat)
    {
        double size = StepSize == Automatic ? new Pgd(threat).StepSize : Fraction.Parse(StepSize, "attack.step-size");
        return size > 0 ? size : throw new InputException($"attack.step-size must be above 0, such as 2/255, not {StepSize}");
    }

    /// <summary>Share of the radius at a training step, in (0,1].</summary>
    public double ShareAt(long step) => AttackWarmUp.ShareAt(step, WarmUpSteps);

    /// <summary>Checks ranges.</summary>
    /// <exception cref="InputException">A number is out of its range.</exception>
    public void Check(Threat threat)
    {
        _ = StepFor(threat);
        if (Steps < 1 || WarmUpSteps < 0)
        {
            throw new InputException(string.Create(CultureInfo.InvariantCulture, $"attack.steps must be at least 1 and attack.warm-up-steps not negative, not {Steps} and {WarmUpSteps}"));
        }
    }
}
