using Limpid.Attacks;
using Limpid.Purification;
using Limpid.Torch;
using Limpid.Torch.Noise;

namespace Limpid.Defenses;

/// <summary>One draw of purifier and classifier, with the exact gradient through both.</summary>
/// <remarks>Noise levels and masks that a plan derives from the images are constants of the gradient. Memory: one step of the chain, or the classifier.</remarks>
/// <param name="purifier">The purifier, or a surrogate of it.</param>
/// <param name="classified">What purified images go to.</param>
public sealed class PurifiedTarget(IPurifier purifier, ITarget classified) : ITarget
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
        using var trace = Chain.Trace(plan, images, noise, Cancellation);
        var (losses, gradient, logits) = classified.LossAndGradient(trace.Output, labels, loss, noise);
        return new TargetGradient(scope.Return(losses), scope.Return(trace.Pullback(gradient, Cancellation)), scope.Return(logits));
    }
}
