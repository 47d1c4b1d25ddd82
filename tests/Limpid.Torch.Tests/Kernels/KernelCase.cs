using Limpid.Torch.Noise;

namespace Limpid.Torch.Tests.Kernels;

/// <summary>Reproducible tensors, and both ways of computing with them.</summary>
internal static class KernelCase
{
    public static Tensor Normal(int key, params ReadOnlySpan<long> shape) =>
        new KeyedNoise(20641, [new SampleKey(key)]).Normal(NoisePurpose.Forward, 0, shape).Select(0, 0);

    public static Tensor With(Limpid.Torch.Kernels kernels, Func<Tensor> work)
    {
        var before = Limpid.Torch.Engine.Kernels;
        Limpid.Torch.Engine.Kernels = kernels;
        try
        {
            return work();
        }
        finally
        {
            Limpid.Torch.Engine.Kernels = before;
        }
    }

    public static Tensor Ours(Func<Tensor> work) => With(Limpid.Torch.Kernels.Auto, work);

    public static Tensor Fast(Func<Tensor> work) => With(Limpid.Torch.Kernels.Fast, work);

    public static Tensor Precise(Func<Tensor> work) => With(Limpid.Torch.Kernels.Precise, work);

    public static Tensor Library(Func<Tensor> work) => With(Limpid.Torch.Kernels.Library, work);

    /// <summary>Several results of one computation, both ways.</summary>
    public static (Tensor[] Ours, Tensor[] Library) Both(Func<Tensor[]> work)
    {
        Tensor[] ours = [], library = [];
        Ours(() => (ours = work())[0]);
        Library(() => (library = work())[0]);
        return (ours, library);
    }

    /// <summary>The largest difference in units of the largest element; 0 for two empty tensors.</summary>
    public static double Difference(Tensor actual, Tensor expected)
    {
        actual.Shape.ToArray().ShouldBe(expected.Shape.ToArray());
        if (expected.Count == 0)
        {
            return 0;
        }
        double largest = expected.Abs().Max().Item(), difference = (actual - expected).Abs().Max().Item();
        return difference == 0 ? 0 : difference / largest;
    }
}
