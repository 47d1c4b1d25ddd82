using Limpid.Attacks;
using Limpid.Purification;
using Limpid.Torch;
using Limpid.Torch.Noise;

namespace Limpid.Defenses;

/// <summary>One draw of purifier and classifier whose gradient takes the purifier for the identity: backward pass differentiable approximation (Athalye et al., ICML 2018).</summary>
/// <remarks>Needs no gradient of the purifier; weaker than the exact gradient.</remarks>
/// <param name="purifier">The purifier.</param>
/// <param name="classified">What purified images go to.</param>
public sealed class BpdaTarget(IPurifier purifier, ITarget classified) : ITarget
{
    /// <summary>Stops a query between two network calls.</summary>
    public CancellationToken Cancellation { get; init; }

    /// <inheritdoc/>
    public bool IsDeterministic => purifier.IsDeterministic && classified.IsDeterministic;

    /// <inheritdoc/>
    public Tensor Logits(Tensor images, INoise noise)
    {
        using var scope = TensorScope.Begin();
        using var plan = purifier.Plan(images, noise, Cancellation);
        return scope.Return(classified.Logits(Chain.Run(plan, images, noise, Cancellation), noise));
    }

    /// <inheritdoc/>
    public TargetGradient LossAndGradient(Tensor images, Tensor labels, SampleLoss loss, INoise noise)
    {
        using var scope = TensorScope.Begin();
        using var plan = purifier.Plan(images, noise, Cancellation);
        var (losses, gradient, logits) = classified.LossAndGradient(Chain.Run(plan, images, noise, Cancellation), labels, loss, noise);
        return new TargetGradient(scope.Return(losses), scope.Return(gradient), scope.Return(logits));
    }
}
