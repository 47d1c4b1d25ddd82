using System.Runtime.InteropServices;

namespace Limpid.Torch.Native;

/// <summary>One operator argument or result as the shim reads it: 16 bytes, blittable.</summary>
[StructLayout(LayoutKind.Explicit, Size = 16)]
internal readonly unsafe struct Arg
{
    [FieldOffset(0)] public readonly ArgKind Kind;
    [FieldOffset(4)] public readonly int Length;
    [FieldOffset(8)] public readonly long Integer;
    [FieldOffset(8)] public readonly double Number;
    [FieldOffset(8)] public readonly void* Pointer;

    private Arg(ArgKind kind, int length, long integer)
    {
        Kind = kind;
        Length = length;
        Integer = integer;
    }

    private Arg(ArgKind kind, int length, void* pointer)
    {
        Kind = kind;
        Length = length;
        Pointer = pointer;
    }

    private Arg(double number)
    {
        Kind = ArgKind.Double;
        Number = number;
    }

    /// <summary>No value: an absent optional argument.</summary>
    public static Arg None => default;

    /// <summary>The schema's own default.</summary>
    public static Arg Default => new(ArgKind.Default, 0, 0L);

    public static Arg Optional(Tensor? tensor) => tensor is null ? None : tensor;

    public static Arg Optional(long? value) => value is { } v ? v : None;

    public static Arg Optional(double? value) => value is { } v ? v : None;

    /// <summary>A list of integers; the memory must stay in place until the call returns.</summary>
    public static Arg Ints(long* values, int count) => new(ArgKind.Ints, count, values);

    /// <summary>A list of tensor handles; the memory must stay in place until the call returns.</summary>
    public static Arg Tensors(nint* handles, int count) => new(ArgKind.Tensors, count, handles);

    public static implicit operator Arg(Tensor tensor) => new(ArgKind.Tensor, 0, tensor.Handle);

    public static implicit operator Arg(long value) => new(ArgKind.Int, 0, value);

    public static implicit operator Arg(int value) => new(ArgKind.Int, 0, (long)value);

    public static implicit operator Arg(DType value) => new(ArgKind.Int, 0, (long)value);

    public static implicit operator Arg(double value) => new(value);

    public static implicit operator Arg(bool value) => new(ArgKind.Bool, 0, value ? 1L : 0L);

    public static implicit operator Arg(Device value) => new(ArgKind.Device, (int)value.Kind, value.Index);
}

internal enum ArgKind
{
    None,
    Tensor,
    Int,
    Double,
    Bool,
    String,
    Ints,
    Doubles,
    Tensors,
    OptionalTensors,
    Device,
    Default,
    Bools,
}
