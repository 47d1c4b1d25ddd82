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
