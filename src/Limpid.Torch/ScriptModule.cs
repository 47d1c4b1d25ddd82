using Limpid.Torch.Native;

namespace Limpid.Torch;

/// <summary>A TorchScript module in evaluation mode: one tensor in, one tensor out, differentiable in its input.</summary>
public sealed unsafe class ScriptModule : IDisposable
{
    private nint handle;

    private ScriptModule(nint handle) => this.handle = handle;

    /// <summary>Last resort; dispose instead.</summary>
    ~ScriptModule() => Free();

    /// <summary>Loads a module that <c>torch.jit.save</c> wrote, onto the processor.</summary>
    /// <exception cref="InputException">The file is missing or is no TorchScript module.</exception>
    public static ScriptModule Load(string path)
    {
        if (!File.Exists(path))
        {
            throw new InputException($"{path} does not exist");
        }
        Engine.EnsureLoaded();
        nint module = Shim.lp_script_load(path);
        return module != 0
            ? new ScriptModule(module)
            : throw new InputException($"{path} is not a TorchScript module that this libtorch can read: {TorchException.Last().Message.Split('\n')[0]}");
    }

    /// <summary>Moves the parameters.</summary>
    public void To(Device device) => Tensor.Check(Shim.lp_script_to(Handle, (int)device.Kind, device.Index));

    /// <summary>Runs the module.</summary>
    /// <exception cref="TorchException">The module fails on this input, or does not return one tensor.</exception>
    public Tensor Forward(Tensor input)
    {
        var output = Tensor.Own(Shim.lp_script_forward(Handle, input.Handle));
        GC.KeepAlive(input);
        return output;
    }

    /// <summary>Frees the module.</summary>
    public void Dispose()
    {
        Free();
        GC.SuppressFinalize(this);
    }

    private nint Handle
    {
        get
        {
            ObjectDisposedException.ThrowIf(handle == 0, this);
            return handle;
        }
    }

    private void Free()
    {
        if (handle != 0)
        {
            Shim.lp_script_free(handle);
            handle = 0;
        }
    }
}
