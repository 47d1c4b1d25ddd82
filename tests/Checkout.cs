namespace Limpid.TestSupport;

/// <summary>The checkout that the tests were built in, for tests that read the sources.</summary>
public static class Checkout
{
    public static string Root { get; } = Find();

    /// <summary>Whether approved texts are to be rewritten rather than compared: LIMPID_APPROVE=1.</summary>
    public static bool Approves => Environment.GetEnvironmentVariable("LIMPID_APPROVE") == "1";

    public static string Path(string relative) => System.IO.Path.Combine(Root, relative);

    /// <summary>All C# sources below a folder.</summary>
    public static IEnumerable<string> Sources(string folder) =>
        Directory.EnumerateFiles(Path(folder), "*.cs", SearchOption.AllDirectories)
            .Where(file => !file.Contains("/bin/", StringComparison.Ordinal) && !file.Contains("/obj/", StringComparison.Ordinal))
            .Order(StringComparer.Ordinal);

    private static string Find()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(System.IO.Path.Combine(folder.FullName, "Limpid.slnx")))
            {
                return folder.FullName;
            }
        }
        throw new InvalidOperationException("the tests do not lie in a checkout");
    }
}
