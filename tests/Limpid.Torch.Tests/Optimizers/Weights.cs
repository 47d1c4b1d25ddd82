using Limpid.Torch.Layers;
using Limpid.Torch.Optimizers;

namespace Limpid.Torch.Tests.Optimizers;

/// <summary>Two parameters and one buffer, with given values.</summary>
internal sealed class Weights : Module
{
    public Weights(float[] first, float[] second)
    {
        First = AddParameter("first", first.Length);
        Second = AddParameter("second", second.Length);
        Running = AddBuffer("running", [1]);
        Set(First, first);
        Set(Second, second);
    }

    public Parameter First { get; }

    public Parameter Second { get; }

    public Parameter Running { get; }

    public IReadOnlyList<NamedParameter> Trained => NamedParameter.TrainedOf(this);

    /// <summary>One step with given gradients.</summary>
    public static void Step(IOptimizer optimizer, float[] first, float[] second, double rate)
    {
        using var scope = TensorScope.Begin();
        optimizer.Step([Tensor.From(first, first.Length), Tensor.From(second, second.Length)], rate);
    }

    public static void Set(Parameter parameter, float[] values)
    {
        using var scope = TensorScope.Begin();
        parameter.Assign(Tensor.From(values, values.Length));
    }
}
