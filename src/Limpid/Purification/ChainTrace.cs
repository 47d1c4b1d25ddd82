using Limpid.Torch;
using Limpid.Torch.Noise;

namespace Limpid.Purification;

/// <summary>A purification that has run and can be walked backward.</summary>
/// <remarks>
/// The gradient is exact and takes the memory of one step: walking from the last step to the first, each step is
/// recomputed with its own noise and its vector-Jacobian product taken (honest-evaluation §3.1). Cost: one forward and
/// one input gradient of the network per network call of the chain.
/// </remarks>
public sealed class ChainTrace : IDisposable
{
    private readonly PurificationPlan plan;
    private readonly INoise noise;
    private readonly List<Tensor> states;

    internal ChainTrace(PurificationPlan plan, INoise noise, List<Tensor> states, Tensor output)
    {
        this.plan = plan;
        this.noise = noise;
        this.states = states;
        Output = output;
    }

    /// <summary>The purified images [N,C,H,W] in pixel units; freed with the trace.</summary>
    public Tensor Output { get; }

    /// <summary>From the gradient of a loss with respect to the output to that with respect to the images in [0,1].</summary>
    /// <param name="outputGradient">[N,C,H,W].</param>
    /// <param name="cancellation">Looked at once per step.</param>
    public Tensor Pullback(Tensor outputGradient, CancellationToken cancellation = default)
    {
        using var scope = TensorScope.Begin();
        using var grad = GradMode.On();
        var input = states[0];
        var inputGradient = input.ZerosLike().Detach();
        var last = states[^1].AsVariable();
        var stateGradient = Gradient.Of(Chain.ToPixels(last, plan.ClampOutput), last, outputGradient);
        for (int k = plan.Steps.Count - 1; k >= 0; k--)
        {
            cancellation.ThrowIfCancellationRequested();
            var previous = StepBack(plan.Steps[k], states[k], input, stateGradient, inputGradient);
            stateGradient.Dispose();
            stateGradient = previous;
        }
        return scope.Return(((stateGradient + inputGradient) * 2).Detach());
    }

    /// <summary>Frees the states and the output.</summary>
    public void Dispose()
    {
        foreach (var state in states)
        {
            state.Dispose();
        }
        Output.Dispose();
    }

    // Returns the gradient with respect to the step's state and adds that with respect to the input in place.
    private Tensor StepBack(IChainStep step, Tensor state, Tensor input, Tensor nextGradient, Tensor inputGradient)
    {
        using var scope = TensorScope.Begin();
        var s = state.AsVariable();
        var u = input.AsVariable();
        var gradients = Gradient.Of([step.Apply(s, u, noise)], [s, u], [nextGradient], allowUnused: true);
        if (gradients[1] is { } direct)
        {
            using var noGrad = GradMode.Off();
            inputGradient.AddInPlace(direct);
        }
        return scope.Return(gradients[0] ?? state.ZerosLike());
    }
}
