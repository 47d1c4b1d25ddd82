using System.Runtime.InteropServices;
using Limpid.Torch.Native;

namespace Limpid.Torch.Operators;

/// <summary>One operator of the dispatcher, looked up on first use.</summary>
/// <remarks>Names of the dispatcher appear in this folder only.</remarks>
internal sealed unsafe class Operator(string name, string overload = "")
{
    private nint op;

    /// <summary>The operator's schema as libtorch prints it.</summary>
    public string Schema => Marshal.PtrToStringUTF8((nint)Shim.lp_op_schema(Find()))!;

    /// <summary>Calls an operator whose first result is a tensor.</summary>
    public Tensor Call(params ReadOnlySpan<Arg> args)
    {
        fixed (Arg* p = args)
        {
            return Tensor.Own(Shim.lp_call1(Find(), p, args.Length));
        }
    }

    /// <summary>Calls an operator that returns several tensors, or a list of them.</summary>
    public Tensor[] CallMany(int capacity, params ReadOnlySpan<Arg> args)
    {
        var results = new Arg[capacity];
        int produced;
        fixed (Arg* p = args)
        fixed (Arg* r = results)
        {
            Tensor.Check(Shim.lp_call(Find(), p, args.Length, r, capacity, &produced));
        }
        var tensors = new Tensor[produced];
        for (int i = 0; i < produced; i++)
        {
            tensors[i] = new Tensor(results[i].Pointer);
        }
        return tensors;
    }

    /// <summary>Calls an operator that returns an integer.</summary>
    public long CallInteger(params ReadOnlySpan<Arg> args)
    {
        Arg* results = stackalloc Arg[1];
        int produced;
        fixed (Arg* p = args)
        {
            Tensor.Check(Shim.lp_call(Find(), p, args.Length, results, 1, &produced));
        }
        return results[0].Integer;
    }

    /// <summary>Calls an operator that changes its arguments, and drops what it returns.</summary>
    public void Run(params ReadOnlySpan<Arg> args)
    {
        Arg* results = stackalloc Arg[1];
        int produced;
        fixed (Arg* p = args)
        {
            Tensor.Check(Shim.lp_call(Find(), p, args.Length, results, 1, &produced));
        }
        if (produced == 1 && results[0].Kind == ArgKind.Tensor)
        {
            Shim.lp_tensor_free(results[0].Pointer);
        }
    }

    private nint Find()
    {
        if (op == 0)
        {
            Engine.EnsureLoaded();
            nint found = Shim.lp_op_find(name, overload);
            op = found != 0 ? found : throw TorchException.Last();
        }
        return op;
    }
}
