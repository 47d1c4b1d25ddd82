using Limpid.Torch;
using Limpid.Torch.Noise;

namespace Limpid.Purification;

/// <summary>A purifier at another size: images are resized to that of the network and back, bilinearly.</summary>
/// <remarks>As on ImageNet, where images are 224×224 and the network's 256×256. Images with a level of 0 are resized too.</remarks>
public sealed class ResizedPurifier : IPurifier
{
    private readonly IPurifier inner;
    private readonly int height;
    private readonly int width;

    /// <summary>Runs a purifier at the given size.</summary>
    /// <param name="inner">The purifier.</param>
    /// <param name="height">Height its network wants.</param>
    /// <param name="width">Width its network wants.</param>
    public ResizedPurifier(IPurifier inner, int height, int width)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(height, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(width, 1);
        this.inner = inner;
        this.height = height;
        this.width = width;
    }

    /// <inheritdoc/>
    public PurificationPlan Plan(Tensor images, INoise noise, CancellationToken cancellation = default)
    {
        using var noGrad = GradMode.Off();
        using var scope = TensorScope.Begin();
        var plan = inner.Plan(Functional.UpsampleBilinear(images, height, width), noise, cancellation);
        if (plan.Steps.Count == 0)
        {
            return plan;
        }
        var steps = plan.Steps.Select((step, k) => (IChainStep)new Step(step, this, first: k == 0)).ToList();
        steps.Add(new Back(images.Size(2), images.Size(3), plan.ClampOutput));
        return new PurificationPlan(steps, ClampOutput: false) { Counts = plan.Counts, ScoreNorms = plan.ScoreNorms };
    }

    private sealed class Step(IChainStep step, ResizedPurifier size, bool first) : IChainStep, IDisposable
    {
        public Tensor Apply(Tensor state, Tensor input, INoise noise)
        {
            using var scope = TensorScope.Begin();
            var resized = Functional.UpsampleBilinear(input, size.height, size.width);
            var from = first ? Functional.UpsampleBilinear(state, size.height, size.width) : state;
            return scope.Return(step.Apply(from, resized, noise));
        }

        public void Dispose() => (step as IDisposable)?.Dispose();
    }

    // Limits before it resizes, as the programs do.
    private sealed class Back(long height, long width, bool clamp) : IChainStep
    {
        public Tensor Apply(Tensor state, Tensor input, INoise noise)
        {
            using var scope = TensorScope.Begin();
            return scope.Return(Functional.UpsampleBilinear(clamp ? state.Clamp(-1, 1) : state, height, width));
        }
    }
}
