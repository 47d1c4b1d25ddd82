using Microsoft.Win32.SafeHandles;

namespace Limpid.Torch.Weights;

/// <summary>Bytes that can be read at any position: a file that stays open, or memory. Its name starts every error message.</summary>
internal abstract class ByteSource(string name)
{
    public string Name { get; } = name;

    public abstract long Length { get; }

    public ByteRange All => new(this, 0, Length);

    /// <summary>Fills <paramref name="destination"/> from <paramref name="offset"/>; the caller has checked that it lies inside.</summary>
    public abstract void Read(long offset, Span<byte> destination);

    public InputException Bad(string message) => new($"{Name}: {message}");
}

/// <summary>A file that is read piece by piece: only the tensors that are used are ever loaded.</summary>
/// <remarks>The handle closes with the last tensor that refers to it. Reading, not mapping: a file that shrinks meanwhile gives an error, not a crash.</remarks>
internal sealed class FileBytes : ByteSource
{
    private readonly SafeFileHandle handle;

    private FileBytes(string path, SafeFileHandle handle) : base(path)
    {
        this.handle = handle;
        Length = RandomAccess.GetLength(handle);
    }

    public override long Length { get; }

    public static FileBytes Open(string path)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        try
        {
            return new FileBytes(path, File.OpenHandle(path, FileMode.Open, FileAccess.Read, FileShare.Read | FileShare.Delete));
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            throw new InputException($"{path}: there is no such file", e);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or NotSupportedException)
        {
            throw new InputException($"{path}: cannot be read: {e.Message.ReplaceLineEndings(" ")}", e);
        }
    }

    public override void Read(long offset, Span<byte> destination)
    {
        try
        {
            while (destination.Length > 0)
            {
                int got = RandomAccess.Read(handle, destination, offset);
                if (got == 0)
                {
                    throw Bad("the file became shorter while it was read");
                }
                destination = destination[got..];
                offset += got;
            }
        }
        catch (IOException e)
        {
            throw new InputException($"{Name}: cannot be read: {e.Message.ReplaceLineEndings(" ")}", e);
        }
    }
}

/// <summary>Bytes in memory.</summary>
internal sealed class MemoryBytes(string name, ReadOnlyMemory<byte> bytes) : ByteSource(name)
{
    public override long Length => bytes.Length;

    public override void Read(long offset, Span<byte> destination) =>
        bytes.Span.Slice((int)offset, destination.Length).CopyTo(destination);
}

/// <summary>A stretch of a source.</summary>
internal readonly record struct ByteRange(ByteSource Source, long Offset, long Length)
{
    /// <summary>Whether <paramref name="length"/> bytes from <paramref name="offset"/> lie inside; no overflow for any input.</summary>
    public bool Holds(long offset, long length) => offset >= 0 && length >= 0 && offset <= Length && length <= Length - offset;

    public ByteRange Slice(long offset, long length) =>
        Holds(offset, length) ? new(Source, Offset + offset, length) : throw Source.Bad("the file is cut short or damaged: data lie beyond its end");

    public void CopyTo(long offset, Span<byte> destination)
    {
        if (!Holds(offset, destination.Length))
        {
            throw Source.Bad("the file is cut short or damaged: data lie beyond its end");
        }
        Source.Read(Offset + offset, destination);
    }

    public byte[] ToArray()
    {
        var bytes = new byte[Length];
        CopyTo(0, bytes);
        return bytes;
    }
}
