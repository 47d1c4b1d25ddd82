using System.Runtime.InteropServices;

[assembly: System.Runtime.CompilerServices.DisableRuntimeMarshalling]

namespace Limpid.Torch.Native;

/// <summary>The C interface of native/include/limpid_torch.h.</summary>
internal static unsafe partial class Shim
{
    private const string Library = "limpid_torch";

    static Shim() => ShimLoader.Register();

    [LibraryImport(Library)]
    internal static partial void lp_init();

    [LibraryImport(Library)]
    internal static partial byte* lp_last_error();

    [LibraryImport(Library, StringMarshalling = StringMarshalling.Utf8)]
    internal static partial void lp_set_error(string message);

    [LibraryImport(Library)]
    internal static partial byte* lp_torch_version();

    [LibraryImport(Library)]
    internal static partial byte* lp_torch_path();

    [LibraryImport(Library)]
    internal static partial void lp_set_threads(int threads);

    [LibraryImport(Library)]
    internal static partial int lp_get_threads();

    [LibraryImport(Library)]
    internal static partial long lp_live_handles();

    [LibraryImport(Library, StringMarshalling = StringMarshalling.Utf8)]
    internal static partial nint lp_op_find(string name, string overload);

    [LibraryImport(Library)]
    internal static partial byte* lp_op_schema(nint op);

    [LibraryImport(Library)]
    internal static partial void* lp_call1(nint op, Arg* args, int count);

    [LibraryImport(Library)]
    internal static partial int lp_call(nint op, Arg* args, int count, Arg* results, int capacity, int* produced);

    [LibraryImport(Library)]
    internal static partial void lp_tensor_free(void* tensor);

    [LibraryImport(Library)]
    internal static partial void* lp_tensor_alias(void* tensor);

    [LibraryImport(Library)]
    internal static partial void* lp_tensor_from_data(void* data, long* sizes, int rank, int dtype);

    [LibraryImport(Library)]
    internal static partial int lp_tensor_copy_out(void* tensor, void* destination, long bytes);

    [LibraryImport(Library)]
    internal static partial int lp_tensor_copy_in(void* tensor, void* source, long bytes);

    [LibraryImport(Library)]
    [SuppressGCTransition]
    internal static partial int lp_rank(void* tensor);

    [LibraryImport(Library)]
    [SuppressGCTransition]
    internal static partial int lp_sizes(void* tensor, long* sizes);

    [LibraryImport(Library)]
    [SuppressGCTransition]
    internal static partial int lp_strides(void* tensor, long* strides);

    [LibraryImport(Library)]
    [SuppressGCTransition]
    internal static partial long lp_count(void* tensor);

    [LibraryImport(Library)]
    [SuppressGCTransition]
    internal static partial int lp_dtype(void* tensor);

    [LibraryImport(Library)]
    [SuppressGCTransition]
    internal static partial void lp_device(void* tensor, int* type, int* index);

    [LibraryImport(Library)]
    internal static partial int lp_set_requires_grad(void* tensor, int requiresGrad);

    [LibraryImport(Library)]
    internal static partial int lp_requires_grad(void* tensor);

    [LibraryImport(Library)]
    [SuppressGCTransition]
    internal static partial int lp_set_grad_mode(int enabled);

    [LibraryImport(Library)]
    [SuppressGCTransition]
    internal static partial int lp_get_grad_mode();

    [LibraryImport(Library)]
    internal static partial int lp_grad(void** outputs, int outputCount, void** inputs, int inputCount, void** outputGradients,
        int retainGraph, int createGraph, int allowUnused, void** results);

    [LibraryImport(Library)]
    internal static partial int lp_custom_node(void** inputs, int inputCount, void** outputs, int outputCount,
        delegate* unmanaged<void*, void**, int, void**, int, int> backward, delegate* unmanaged<void*, void> release,
        void* context, void** results);

    [LibraryImport(Library, StringMarshalling = StringMarshalling.Utf8)]
    internal static partial nint lp_script_load(string path);

    [LibraryImport(Library)]
    internal static partial void* lp_script_forward(nint module, void* input);

    [LibraryImport(Library)]
    internal static partial int lp_script_to(nint module, int deviceType, int deviceIndex);

    [LibraryImport(Library)]
    internal static partial void lp_script_free(nint module);
}
