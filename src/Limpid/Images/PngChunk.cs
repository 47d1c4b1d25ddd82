using System.Buffers.Binary;
using System.Runtime.InteropServices;
using Limpid.Torch;

namespace Limpid.Images;

/// <summary>Where a chunk lies in the file and what it is.</summary>
[StructLayout(LayoutKind.Auto)]
internal readonly record struct PngChunk(uint Type, Range Body)
{
    public const uint Header = 0x49484452; // IHDR
    public const uint Palette = 0x504C5445; // PLTE
    public const uint Data = 0x49444154; // IDAT
    public const uint End = 0x49454E44; // IEND

    /// <summary>Whether an image cannot be shown without understanding the chunk: its first letter is a capital.</summary>
    public static bool IsCritical(uint type) => (type & 0x20000000) == 0;

    /// <summary>The chunks up to and including the last, check sums verified; bytes after it are ignored.</summary>
    /// <exception cref="InputException">The signature is wrong, a chunk reaches past the end or its check sum differs.</exception>
    public static IReadOnlyList<PngChunk> Split(ReadOnlySpan<byte> bytes, string name)
    {
        if (!bytes.StartsWith(PngFormat.Signature))
        {
            throw new InputException($"{name} is not a PNG file: its first bytes are others");
        }
        var chunks = new List<PngChunk>();
        int position = PngFormat.Signature.Length;
        while (bytes.Length - position >= 12 && (chunks.Count == 0 || chunks[^1].Type != End))
        {
            uint length = BinaryPrimitives.ReadUInt32BigEndian(bytes[position..]);
            if (length > bytes.Length - position - 12)
            {
                throw PngReader.Damaged(name, "it is cut short");
            }
            int end = position + 8 + (int)length;
            if (Crc32.Of(bytes[(position + 4)..end]) != BinaryPrimitives.ReadUInt32BigEndian(bytes[end..]))
            {
                throw PngReader.Damaged(name, $"a check sum differs at byte {end}");
            }
            chunks.Add(new PngChunk(BinaryPrimitives.ReadUInt32BigEndian(bytes[(position + 4)..]), (position + 8)..end));
            position = end + 4;
        }
        return chunks;
    }
}
