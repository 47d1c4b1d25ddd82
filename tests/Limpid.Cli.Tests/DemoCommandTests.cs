namespace Limpid.Cli.Tests;

[Collection(TinyCollection.Name)]
public sealed class DemoCommandTests(TinyNetworks tiny)
{
    [Fact]
    public void The_demo_compares_the_bundled_defenses_and_shows_each_image()
    {
        string folder = tiny.NewFolder("demo");

        var call = Command.Run("demo", "--limit", "2", "--out", folder);

        call.Code.ShouldBe(0);
        foreach (string defense in new[] { "none", "diffpure", "ssni-n", "heterogeneous", "dad", "pgd-at", "rap" })
        {
            call.Output.ShouldContain(defense);
        }
        string report = File.ReadAllText(Path.Combine(folder, "report.html"));
        report.ShouldContain("score norm");
        report.ShouldContain("alt=\"mask\"");
        report.ShouldContain("noised to t =");
        report.ShouldContain("gate ");
        File.Exists(Path.Combine(folder, "pictures.png")).ShouldBeTrue();
    }
}
