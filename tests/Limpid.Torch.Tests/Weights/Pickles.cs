using System.Buffers.Binary;
using System.Text;

namespace Limpid.Torch.Tests.Weights;

/// <summary>Assembles small pickles code by code, for files that no honest program writes.</summary>
internal sealed class Pickles
{
    private readonly List<byte> bytes = [];

    public Pickles() => Add(0x80, 4);

    public Pickles Add(params byte[] codes)
    {
        bytes.AddRange(codes);
        return this;
    }

    public Pickles Text(string text)
    {
        byte[] letters = Encoding.UTF8.GetBytes(text);
        var length = new byte[4];
        BinaryPrimitives.WriteInt32LittleEndian(length, letters.Length);
        return Add((byte)'X').Add(length).Add(letters);
    }

    public Pickles Global(string module, string name) => Add((byte)'c').Add(Encoding.ASCII.GetBytes($"{module}\n{name}\n"));

    public Pickles Number(long value)
    {
        var bytes = new byte[8];
        BinaryPrimitives.WriteInt64LittleEndian(bytes, value);
        return Add(0x8a, 8).Add(bytes);
    }

    public Pickles Numbers(params long[] values)
    {
        Add((byte)'(');
        foreach (long value in values)
        {
            Number(value);
        }
        return Add((byte)'t');
    }

    /// <summary>A single-precision tensor that is a view of storage <c>0</c>.</summary>
    public Pickles Tensor(long count, long offset, long[] shape, long[] strides)
    {
        Global("torch._utils", "_rebuild_tensor_v2").Add((byte)'(', (byte)'(').Text("storage").Global("torch", "FloatStorage").Text("0").Text("cpu").Number(count);
        return Add((byte)'t', (byte)'Q').Number(offset).Numbers(shape).Numbers(strides).Add(0x89, (byte)'N', (byte)'t', (byte)'R');
    }

    public Pickles Repeat(int times, params byte[] codes)
    {
        for (int i = 0; i < times; i++)
        {
            Add(codes);
        }
        return this;
    }

    public byte[] Stop() => Add((byte)'.').bytes.ToArray();
}
