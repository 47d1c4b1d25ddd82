using Limpid.Attacks;
using Limpid.Classifiers;
using Limpid.Torch;
using Limpid.Torch.Noise;

namespace Limpid.Defenses;

/// <summary>A bare classifier as attacks see it: deterministic, with its own gradient.</summary>
/// <param name="classifier">The classifier.</param>
public sealed class ClassifierTarget(IClassifier classifier) : ITarget
{
    /// <inheritdoc/>
    public bool IsDeterministic => true;

    /// <inheritdoc/>
    public Tensor Logits(Tensor images, INoise noise)
    {
        using var noGrad = GradMode.Off();
        using var scope = TensorScope.Begin();
        return scope.Return(classifier.Logits(images));
    }

    /// <inheritdoc/>
    public TargetGradient LossAndGradient(Tensor images, Tensor labels, SampleLoss loss, INoise noise)
    {
        using var scope = TensorScope.Begin();
        using var grad = GradMode.On();
        var x = images.AsVariable();
        var logits = classifier.Logits(x);
        var losses = loss(logits, labels);
        var gradient = Gradient.Of(losses.Sum(), x);
        return new TargetGradient(scope.Return(losses.Detach()), scope.Return(gradient), scope.Return(logits.Detach()));
    }
}
