using Limpid.Torch.Operators;
using Limpid.Torch.Weights;

namespace Limpid.Torch.Optimizers;

/// <summary>Adam's two running moments and its update (Kingma &amp; Ba 2015, algorithm 1).</summary>
internal sealed class AdamMoments(IReadOnlyList<NamedParameter> parameters, double beta1, double beta2, double epsilon) : IDisposable
{
    private readonly Slot first = new("first", parameters);
    private readonly Slot second = new("second", parameters);
    private long step;

    /// <summary>θ ← θ − η m̂ / (√v̂ + ε).</summary>
    public void Update(TensorList weights, TensorList gradients, double learningRate)
    {
        step++;
        TensorList m = first.List, v = second.List;
        m.Multiply(beta1);
        m.Add(gradients, 1 - beta1);
        v.Multiply(beta2);
        v.AddProduct(gradients, gradients, 1 - beta2);
        var denominator = v.Sqrt();
        denominator.Divide(Math.Sqrt(1 - Math.Pow(beta2, step)));
        denominator.Add(epsilon);
        weights.AddQuotient(m, denominator, -learningRate / (1 - Math.Pow(beta1, step)));
    }

    public void Save(StoredTensors state, string prefix)
    {
        state.Add($"{prefix}step", StoredTensor.FromInt64s([step], 1));
        first.Save(state, prefix);
        second.Save(state, prefix);
    }

    public void Load(StoredTensors state, string prefix)
    {
        step = state[$"{prefix}step"].ToInt64s()[0];
        first.Load(state, prefix);
        second.Load(state, prefix);
    }

    public void Dispose()
    {
        first.Dispose();
        second.Dispose();
    }
}
