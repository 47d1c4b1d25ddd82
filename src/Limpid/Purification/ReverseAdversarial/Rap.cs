using Limpid.Classifiers;
using Limpid.Diffusion;
using Limpid.Purification.Networks;
using Limpid.Torch;
using Limpid.Torch.Noise;

namespace Limpid.Purification.ReverseAdversarial;

/// <summary>How RAP goes back from an adversarial image.</summary>
public enum RapMode
{
    /// <summary>x̂ = f(x, T): one call of the adapter; the paper's timing and its "inference step can be reduced to 1".</summary>
    OneStep,

    /// <summary>Algorithm 2, with the class that the classifier sees in x̂₀ in place of the label, which nobody knows at test time.</summary>
    IterativePseudoLabel,

    /// <summary>The improved sampler of Cold Diffusion (algorithm 2 there): x_{t−1} = x_t − D(x̂₀, t) + D(x̂₀, t−1), D the attack with that class.</summary>
    IterativeCold,
}

/// <summary>The reverse adversarial process (RAP): an adapter takes back the steps of an attack before the classifier looks.</summary>
/// <remarks>
/// Deterministic: inner attacks start at x̂₀ itself. Rows are independent of one another.
/// Cost per image: one call of the adapter; in the iterative modes T calls and T(T−1)/2 gradients (T(T+1)/2 in
/// <see cref="RapMode.IterativeCold"/>) of adapter and classifier together.
/// Gradient: exact in one step. In the iterative modes the inner attack ends in signs and in a choice of class, whose derivatives are
/// zero almost everywhere; relaxation "straight-through": D(x̂₀, s) is taken for x̂₀ plus a constant, so ∂D/∂x̂₀ = I. Through
/// <see cref="RapMode.IterativeCold"/> the two D cancel and the whole chain has the identity for a gradient, which makes it BPDA.
/// </remarks>
/// <param name="adapter">f, in evaluation mode.</param>
/// <param name="classifier">φ: attacked inside the iterative modes; <see cref="RapMode.OneStep"/> never asks it.</param>
/// <param name="mode">How to go back.</param>
public sealed class Rap(RapAdapter adapter, IClassifier classifier, RapMode mode = RapMode.OneStep) : IPurifier
{
    /// <summary>T of the reverse process, 1 to the adapter's own; null for the adapter's own.</summary>
    public StepCount? Steps { get; init; }

    /// <summary>The inner attack of the iterative modes; null for the one that the adapter was trained with.</summary>
    public AdversarialProcessOptions? Process { get; init; }

    /// <inheritdoc/>
    public bool IsDeterministic => true;

    /// <inheritdoc/>
    /// <exception cref="InputException">Fewer than 1 step, or more than the adapter knows.</exception>
    public PurificationPlan Plan(Tensor images, INoise noise, CancellationToken cancellation = default)
    {
        var steps = Steps ?? adapter.Steps;
        if (steps.Value < 1 || steps > adapter.Steps)
        {
            throw new InputException($"RAP goes back from 1 to {adapter.Steps} steps with this adapter, not {steps}: choose fewer, or train one with more process.steps");
        }
        if (mode == RapMode.OneStep)
        {
            return new PurificationPlan([new RapStep(adapter, steps)], ClampOutput: true);
        }
        var whole = new RobustClassifier(adapter, classifier);
        var inner = new RapAttack(new AdversarialProcess(whole, Process ?? adapter.Process), classifier);
        return new PurificationPlan(
            [.. Enumerable.Range(0, steps.Value).Select(k => Back(new StepCount(steps.Value - k), inner))], ClampOutput: true);
    }

    private IChainStep Back(StepCount t, RapAttack inner) =>
        mode == RapMode.IterativeCold ? new RapColdStep(adapter, inner, t) : new RapPseudoLabelStep(adapter, inner, t);
}
