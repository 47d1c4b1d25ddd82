using Limpid.Torch.Operators;
using Limpid.Torch.Weights;

namespace Limpid.Torch.Optimizers;

/// <summary>Gradient descent with momentum, as PyTorch writes it: b ← μ b + g, θ ← θ − η b; with Nesterov's look-ahead θ ← θ − η (g + μ b).</summary>
public sealed class Sgd : IOptimizer
{
    private readonly TensorList weights;
    private readonly Slot? velocity;
    private readonly double momentum;
    private readonly bool nesterov;
    private readonly double weightDecay;

    /// <summary>Starts at rest.</summary>
    /// <param name="parameters">What to train.</param>
    /// <param name="momentum">μ in [0,1).</param>
    /// <param name="nesterov">Whether to look ahead.</param>
    /// <param name="weightDecay">Share of each weight that is added to its gradient.</param>
    public Sgd(IReadOnlyList<NamedParameter> parameters, double momentum = 0.9, bool nesterov = false, double weightDecay = 0)
    {
        ArgumentNullException.ThrowIfNull(parameters);
        weights = new TensorList(parameters.Select(p => p.Parameter.Value));
        velocity = momentum == 0 ? null : new Slot("velocity", parameters);
        this.momentum = momentum;
        this.nesterov = nesterov;
        this.weightDecay = weightDecay;
    }

    /// <inheritdoc/>
    public void Step(IReadOnlyList<Tensor> gradients, double learningRate)
    {
        using var noGrad = GradMode.Off();
        var g = new TensorList(gradients);
        if (weightDecay != 0)
        {
            g.Add(weights, weightDecay);
        }
        var direction = g;
        if (velocity is not null)
        {
            velocity.List.Multiply(momentum);
            velocity.List.Add(g);
            if (nesterov)
            {
                g.Add(velocity.List, momentum);
            }
            else
            {
                direction = velocity.List;
            }
        }
        weights.Add(direction, -learningRate);
    }

    /// <inheritdoc/>
    public void Save(StoredTensors state, string prefix) => velocity?.Save(state, prefix);

    /// <inheritdoc/>
    public void Load(StoredTensors state, string prefix) => velocity?.Load(state, prefix);

    /// <inheritdoc/>
    public void Dispose() => velocity?.Dispose();
}
