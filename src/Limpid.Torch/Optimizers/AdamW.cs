using Limpid.Torch.Operators;
using Limpid.Torch.Weights;

namespace Limpid.Torch.Optimizers;

/// <summary>Adam with decoupled weight decay (Loshchilov &amp; Hutter 2019): weights shrink by the share η λ before each step.</summary>
public sealed class AdamW : IOptimizer
{
    private readonly TensorList weights;
    private readonly AdamMoments moments;
    private readonly double weightDecay;

    /// <summary>Starts with moments zero; the defaults are PyTorch's.</summary>
    /// <param name="parameters">What to train.</param>
    /// <param name="beta1">Decay of the first moment, in [0,1).</param>
    /// <param name="beta2">Decay of the second moment, in [0,1).</param>
    /// <param name="epsilon">Added to the root of the second moment.</param>
    /// <param name="weightDecay">λ: the weights' share lost per unit of learning rate.</param>
    public AdamW(IReadOnlyList<NamedParameter> parameters, double beta1 = 0.9, double beta2 = 0.999, double epsilon = 1e-8, double weightDecay = 0.01)
    {
        ArgumentNullException.ThrowIfNull(parameters);
        weights = new TensorList(parameters.Select(p => p.Parameter.Value));
        moments = new AdamMoments(parameters, beta1, beta2, epsilon);
        this.weightDecay = weightDecay;
    }

    /// <inheritdoc/>
    public void Step(IReadOnlyList<Tensor> gradients, double learningRate)
    {
        using var noGrad = GradMode.Off();
        using var scope = TensorScope.Begin();
        if (weightDecay != 0)
        {
            weights.Multiply(1 - learningRate * weightDecay);
        }
        moments.Update(weights, new TensorList(gradients), learningRate);
    }

    /// <inheritdoc/>
    public void Save(StoredTensors state, string prefix) => moments.Save(state, prefix);

    /// <inheritdoc/>
    public void Load(StoredTensors state, string prefix) => moments.Load(state, prefix);

    /// <inheritdoc/>
    public void Dispose() => moments.Dispose();
}
