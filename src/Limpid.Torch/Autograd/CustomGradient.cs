using System.Runtime.InteropServices;
using Limpid.Torch.Native;

namespace Limpid.Torch;

/// <summary>A function whose gradient is another function: straight-through estimators, recomputed chains.</summary>
public static unsafe class CustomGradient
{
    /// <summary>Runs <paramref name="forward"/> without recording and gives its result the gradient that <paramref name="backward"/> computes.</summary>
    /// <param name="inputs">The tensors that gradients flow to.</param>
    /// <param name="forward">Computes the output; it must not change the inputs. Called once, at once.</param>
    /// <param name="backward">From the gradient of the output to one gradient per input (null for none). It may run on another
    /// thread, must make its own grad mode, and may itself take gradients. It must not capture the output.</param>
    /// <exception cref="TorchException">Thrown by the gradient call when <paramref name="backward"/> throws; the message is its message.</exception>
    public static Tensor Apply(IReadOnlyList<Tensor> inputs, Func<Tensor> forward, Func<Tensor, IReadOnlyList<Tensor?>> backward)
    {
        Tensor raw;
        using (GradMode.Off())
        {
            raw = forward();
        }
        if (!GradMode.IsEnabled)
        {
            return raw;
        }
        var handles = new nint[inputs.Count];
        for (int i = 0; i < handles.Length; i++)
        {
            handles[i] = (nint)inputs[i].Handle;
        }
        nint context = GCHandle.ToIntPtr(GCHandle.Alloc(backward));
        void* output = raw.Handle;
        void* result;
        fixed (nint* p = handles)
        {
            Tensor.Check(Shim.lp_custom_node((void**)p, handles.Length, &output, 1, &Backward, &Release, (void*)context, &result));
        }
        GC.KeepAlive(inputs);
        raw.Dispose();
        return Tensor.Own(result);
    }

    [UnmanagedCallersOnly]
    private static int Backward(void* context, void** outputGradients, int count, void** inputGradients, int inputCount)
    {
        try
        {
            // A scope of its own: this may be a thread that has none, or one whose scope is not ours to fill.
            using var scope = TensorScope.Begin();
            var backward = (Func<Tensor, IReadOnlyList<Tensor?>>)GCHandle.FromIntPtr((nint)context).Target!;
            var gradients = backward(new Tensor(outputGradients[0]));
            for (int i = 0; i < inputCount; i++)
            {
                // Handed over as a second handle, so that the scope may free the first.
                inputGradients[i] = gradients[i] is { } gradient ? Shim.lp_tensor_alias(gradient.Handle) : null;
            }
            return 0;
        }
#pragma warning disable CA1031 // no exception may cross a native frame
        catch (Exception e)
#pragma warning restore CA1031
        {
            Shim.lp_set_error(e.Message);
            return 1;
        }
    }

    [UnmanagedCallersOnly]
    private static void Release(void* context) => GCHandle.FromIntPtr((nint)context).Free();
}
