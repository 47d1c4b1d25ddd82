using System.Runtime.InteropServices;
using Limpid.Torch.Native;

namespace Limpid.Torch;

/// <summary>libtorch refused an operation; the message carries its words, the operator and the shapes.</summary>
public sealed class TorchException : Exception
{
    /// <summary>Creates the exception with libtorch's message.</summary>
    public TorchException(string message) : base(message) { }

    /// <summary>Creates the exception with libtorch's message and the managed cause it carried across.</summary>
    public TorchException(string message, Exception? cause) : base(message, cause) { }

    /// <summary>Creates the exception with a general message.</summary>
    public TorchException() : base("libtorch refused the operation") { }

    /// <summary>The error that the shim reported on this thread.</summary>
    internal static unsafe TorchException Last() =>
        new(Marshal.PtrToStringUTF8((nint)Shim.lp_last_error()) ?? "unknown native error");
}
