using Limpid.Torch.Native;

namespace Limpid.Torch;

/// <content>Gradients.</content>
public sealed unsafe partial class Tensor
{
    /// <summary>Whether operations on this tensor are recorded for gradients.</summary>
    public bool RequiresGrad
    {
        get => Shim.lp_requires_grad(Handle) != 0;
        set => Check(Shim.lp_set_requires_grad(Handle, value ? 1 : 0));
    }

    /// <summary>A leaf with the same elements whose gradient can be asked for.</summary>
    public Tensor AsVariable()
    {
        var leaf = Detach();
        leaf.RequiresGrad = true;
        return leaf;
    }
}

/// <summary>Gradients of outputs with respect to chosen inputs; nothing accumulates anywhere.</summary>
public static unsafe class Gradient
{
    /// <summary>The gradient of a scalar, or of the inner product of <paramref name="output"/> with <paramref name="weights"/>.</summary>
    /// <param name="output">A recorded tensor.</param>
    /// <param name="input">A leaf or intermediate result that <paramref name="output"/> depends on.</param>
    /// <param name="weights">The vector of the vector-Jacobian product, of the output's shape; null for a scalar output.</param>
    /// <param name="retainGraph">Keeps the graph for another call.</param>
    /// <param name="createGraph">Makes the gradient itself differentiable.</param>
    /// <exception cref="TorchException">The output has no history, or does not depend on the input.</exception>
    public static Tensor Of(Tensor output, Tensor input, Tensor? weights = null, bool retainGraph = false, bool createGraph = false) =>
        Of([output], [input], weights is null ? null : [weights], retainGraph, createGraph)[0]!;

    /// <summary>Gradients of several outputs with respect to several inputs.</summary>
    /// <returns>One gradient per input; null where <paramref name="allowUnused"/> is set and nothing depends on the input.</returns>
    public static Tensor?[] Of(IReadOnlyList<Tensor> outputs, IReadOnlyList<Tensor> inputs, IReadOnlyList<Tensor>? weights = null, bool retainGraph = false, bool createGraph = false, bool allowUnused = false)
    {
        var o = Handles(outputs);
        var i = Handles(inputs);
        var w = weights is null ? null : Handles(weights);
        var results = new nint[i.Length];
        fixed (nint* po = o, pi = i, pw = w, pr = results)
        {
            Tensor.Check(Shim.lp_grad((void**)po, o.Length, (void**)pi, i.Length, (void**)pw,
                retainGraph || createGraph ? 1 : 0, createGraph ? 1 : 0, allowUnused ? 1 : 0, (void**)pr));
        }
        GC.KeepAlive(outputs);
        GC.KeepAlive(inputs);
        GC.KeepAlive(weights);
        return Array.ConvertAll(results, static h => h == 0 ? null : new Tensor((void*)h));
    }

    private static nint[] Handles(IReadOnlyList<Tensor> tensors)
    {
        var handles = new nint[tensors.Count];
        for (int k = 0; k < handles.Length; k++)
        {
            handles[k] = (nint)tensors[k].Handle;
        }
        return handles;
    }
}
