using Limpid.Torch;
using Limpid.Torch.Noise;

namespace Limpid.Purification;

/// <summary>Runs a plan, and keeps what its exact gradient needs.</summary>
public static class Chain
{
    /// <summary>The purified images [N,C,H,W] in pixel units, without gradient.</summary>
    /// <param name="plan">What to do.</param>
    /// <param name="images">[N,C,H,W] in [0,1].</param>
    /// <param name="noise">The noise of these rows.</param>
    /// <param name="cancellation">Looked at once per step.</param>
    public static Tensor Run(PurificationPlan plan, Tensor images, INoise noise, CancellationToken cancellation = default)
    {
        using var noGrad = GradMode.Off();
        using var scope = TensorScope.Begin();
        var input = images * 2 - 1;
        var state = input;
        foreach (var step in plan.Steps)
        {
            cancellation.ThrowIfCancellationRequested();
            var next = Once(step, state, input, noise);
            if (!ReferenceEquals(state, input) && !ReferenceEquals(state, next))
            {
                state.Dispose();
            }
            state = next;
        }
        return scope.Return(ToPixels(state, plan.ClampOutput));
    }

    /// <summary>Runs a plan and keeps the state before each step: one image per sample and step, no activations.</summary>
    public static ChainTrace Trace(PurificationPlan plan, Tensor images, INoise noise, CancellationToken cancellation = default)
    {
        using var noGrad = GradMode.Off();
        using var scope = TensorScope.Begin();
        var input = scope.Return(images * 2 - 1).Keep();
        var states = new List<Tensor> { input };
        try
        {
            foreach (var step in plan.Steps)
            {
                cancellation.ThrowIfCancellationRequested();
                states.Add(Once(step, states[^1], input, noise).Keep());
            }
            return new ChainTrace(plan, noise, states, ToPixels(states[^1], plan.ClampOutput).Keep());
        }
        catch
        {
            states.ForEach(state => state.Dispose());
            throw;
        }
    }

    internal static Tensor ToPixels(Tensor state, bool clamp)
    {
        using var scope = TensorScope.Begin();
        var pixels = (state + 1) * 0.5;
        return scope.Return(clamp ? pixels.Clamp(0, 1) : pixels);
    }

    private static Tensor Once(IChainStep step, Tensor state, Tensor input, INoise noise)
    {
        using var scope = TensorScope.Begin();
        return scope.Return(step.Apply(state, input, noise));
    }
}
