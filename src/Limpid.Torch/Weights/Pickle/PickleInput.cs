using System.Buffers.Binary;
using System.Numerics;
using System.Text;

namespace Limpid.Torch.Weights.Pickle;

/// <summary>Reads the pieces of a pickle one after the other; long byte strings are not loaded but referred to.</summary>
internal sealed class PickleInput(ByteRange range)
{
    private const int LongestLine = 1024;
    private const int LongestNumber = 64;
    private readonly byte[] window = new byte[(int)Math.Min(1 << 16, range.Length)];
    private readonly byte[] small = new byte[8];
    private long windowStart;
    private int windowLength;

    public ByteRange Range { get; } = range;

    public long Position { get; private set; }

    public long Remaining => Range.Length - Position;

    public InputException Bad(string message) => Range.Source.Bad(message);

    public byte ReadByte()
    {
        if (Position - windowStart >= windowLength || Position < windowStart)
        {
            if (Remaining == 0)
            {
                throw Bad("the file is cut short or damaged: its pickle has no end");
            }
            windowStart = Position;
            windowLength = (int)Math.Min(window.Length, Remaining);
            Range.CopyTo(windowStart, window.AsSpan(0, windowLength));
        }
        return window[(int)(Position++ - windowStart)];
    }

    public ushort ReadUInt16() => BinaryPrimitives.ReadUInt16LittleEndian(Few(2));

    public int ReadInt32() => BinaryPrimitives.ReadInt32LittleEndian(Few(4));

    public uint ReadUInt32() => BinaryPrimitives.ReadUInt32LittleEndian(Few(4));

    /// <summary>An 8-byte count; a value that no file has is as good as the largest.</summary>
    public long ReadCount() => (long)Math.Min(BinaryPrimitives.ReadUInt64LittleEndian(Few(8)), long.MaxValue);

    public double ReadDouble() => BinaryPrimitives.ReadDoubleBigEndian(Few(8));

    /// <summary>A two's complement integer of so many bytes: a long where it fits.</summary>
    public object ReadInteger(long length)
    {
        if (length is < 0 or > LongestNumber)
        {
            throw Bad("the file is damaged: an integer in its pickle is too long");
        }
        var value = new BigInteger(ReadBytes(length).ToArray(), isUnsigned: false, isBigEndian: false);
        return value >= long.MinValue && value <= long.MaxValue ? (object)(long)value : value;
    }

    public ByteRange ReadBytes(long length)
    {
        var bytes = Range.Slice(Position, length);
        Position += length;
        return bytes;
    }

    public string ReadText(long length, Encoding encoding)
    {
        if (length > 1 << 26)
        {
            throw Bad("the file is damaged: a text in its pickle is too long");
        }
        return encoding.GetString(ReadBytes(length).ToArray());
    }

    public string ReadLine()
    {
        var line = new StringBuilder();
        for (byte next = ReadByte(); next != '\n'; next = ReadByte())
        {
            if (line.Length == LongestLine)
            {
                throw Bad("the file is damaged: a line in its pickle is too long");
            }
            line.Append((char)next);
        }
        return line.ToString();
    }

    private ReadOnlySpan<byte> Few(int count)
    {
        for (int i = 0; i < count; i++)
        {
            small[i] = ReadByte();
        }
        return small.AsSpan(0, count);
    }
}
