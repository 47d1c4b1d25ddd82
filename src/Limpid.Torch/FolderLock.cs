namespace Limpid.Torch;

/// <summary>One process's claim on a folder, or on a part of the work in it; the operating system ends it however the process ends.</summary>
/// <remarks>
/// Held by open files, <c>.lock</c> and for a part <c>.lock.PART</c>, which stay behind, empty and free. Whoever claims the whole folder is
/// alone in it; claims on different parts do not disturb one another. Where a file system knows no locks (some network file
/// systems) nothing is refused.
/// </remarks>
public sealed class FolderLock : IDisposable
{
    // EWOULDBLOCK of Linux and of macOS, and the sharing violation of Windows.
    private static readonly int[] InUse = [11, 35, unchecked((int)0x80070020)];

    private readonly FileStream[] files;

    private FolderLock(FileStream[] files) => this.files = files;

    /// <summary>Claims a folder, which is made where it is missing.</summary>
    /// <param name="folder">The folder.</param>
    /// <param name="part">Which part of the work, in characters that a file's name may have; null for all of it.</param>
    /// <exception cref="InputException">Another process has it, or the folder cannot be written.</exception>
    public static FolderLock Take(string folder, string? part = null)
    {
        ArgumentException.ThrowIfNullOrEmpty(folder);
        if (part is null)
        {
            return new FolderLock([Open(folder, ".lock", alone: true)]);
        }
        var whole = Open(folder, ".lock", alone: false);
        try
        {
            return new FolderLock([whole, Open(folder, $".lock.{part}", alone: true)]);
        }
        catch
        {
            whole.Dispose();
            throw;
        }
    }

    /// <summary>Ends the claim.</summary>
    public void Dispose() => Array.ForEach(files, file => file.Dispose());

    private static FileStream Open(string folder, string name, bool alone)
    {
        try
        {
            Directory.CreateDirectory(folder);
            return new FileStream(
                Path.Combine(folder, name), FileMode.OpenOrCreate, alone ? FileAccess.ReadWrite : FileAccess.Read, alone ? FileShare.None : FileShare.Read, bufferSize: 0);
        }
        catch (IOException e) when (Array.Exists(InUse, code => code == e.HResult))
        {
            throw new InputException($"{folder}: another process is at work in this folder: wait until it has ended, or choose another folder", e);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new InputException($"{folder} cannot be written: {e.Message.ReplaceLineEndings(" ")}", e);
        }
    }
}
