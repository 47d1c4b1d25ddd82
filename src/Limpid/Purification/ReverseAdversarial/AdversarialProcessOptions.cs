using Limpid.Attacks;
using Limpid.Torch;

namespace Limpid.Purification.ReverseAdversarial;

/// <summary>RAP's attack process (seed paper, algorithm 1): what λ, c and T are. All lengths are in units of pixels in [0,1].</summary>
/// <remarks>The paper gives T only. λ and c are ours: λ = 2.5·ε/T, so that an attack can cross the ball (1/255 at 8/255 and T = 20), and c = ε.</remarks>
public sealed record AdversarialProcessOptions
{
    /// <summary>The ball that states stay in: <c>linf:8/255</c> for sign steps, <c>l2:0.5</c> for steps along the unit gradient.</summary>
    public string Threat { get; init; } = "linf:8/255";

    /// <summary>T: steps of attack, 1 to 1000; 20 in the paper.</summary>
    public int Steps { get; init; } = 20;

    /// <summary>λ: length of a step; null for 2.5·ε/T.</summary>
    public double? StepSize { get; init; }

    /// <summary>c: how far the random start lies from the image at most; null for ε, 0 for no random start.</summary>
    public double? Start { get; init; }

    /// <summary>Norm and radius.</summary>
    /// <exception cref="InputException">The text is no threat.</exception>
    public Threat Ball() => Attacks.Threat.Parse(Threat);

    /// <summary>λ as a number.</summary>
    public double Lambda() => StepSize ?? 2.5 * Ball().Epsilon / Steps;

    /// <summary>c as a number.</summary>
    public double StartRadius() => Start ?? Ball().Epsilon;

    /// <summary>The same process in a smaller ball: radius, λ and c times a share in (0,1].</summary>
    public AdversarialProcessOptions Shrunk(double share)
    {
        var ball = Ball();
        return this with { Threat = (ball with { Epsilon = ball.Epsilon * share }).ToString(), StepSize = Lambda() * share, Start = StartRadius() * share };
    }

    /// <summary>Whether the numbers are in their ranges.</summary>
    /// <exception cref="InputException">They are not.</exception>
    public void Check()
    {
        double epsilon = Ball().Epsilon;
        if (Steps is < 1 or > 1000)
        {
            throw new InputException($"the attack process needs from 1 to 1000 steps, not {Steps}: set process.steps");
        }
        if (StepSize is { } size && !(size > 0 && double.IsFinite(size)))
        {
            throw new InputException($"the attack process needs a step size above 0, not {size}: leave process.step-size out for 2.5 times the radius over the steps");
        }
        if (Start is { } start && !(start >= 0 && start <= epsilon))
        {
            throw new InputException($"the attack process needs a random start within its ball, from 0 to {epsilon}, not {start}: leave process.start out for the whole ball");
        }
    }
}
