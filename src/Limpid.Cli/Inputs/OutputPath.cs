using Limpid.Torch;

namespace Limpid.Cli.Inputs;

/// <summary>Where a command writes once it is done: tried before hours of work, not after.</summary>
internal static class OutputPath
{
    /// <summary>Makes the folder and writes a file there that is gone again.</summary>
    /// <param name="path">A file with an extension, or a folder.</param>
    /// <exception cref="InputException">Nothing can be written there.</exception>
    public static void Require(string path)
    {
        bool file = Path.GetExtension(path).Length > 0;
        if (file && Directory.Exists(path))
        {
            throw new InputException($"{path} is a folder: name a file in it, or a folder without an extension");
        }
        string probe = Path.Combine(file ? Path.GetDirectoryName(Path.GetFullPath(path))! : path, $".limpid.{Environment.ProcessId}");
        AtomicFile.WriteText(probe, "");
        File.Delete(probe);
    }
}
