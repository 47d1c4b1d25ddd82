namespace Limpid.Torch.Tests.Weights;

/// <summary>A folder that disappears with the test.</summary>
internal sealed class TemporaryFolder : IDisposable
{
    private readonly string path = Directory.CreateTempSubdirectory("limpid-weights").FullName;

    public string File(string name) => System.IO.Path.Combine(path, name);

    public string Write(string name, byte[] content)
    {
        System.IO.File.WriteAllBytes(File(name), content);
        return File(name);
    }

    public void Dispose() => Directory.Delete(path, recursive: true);
}
