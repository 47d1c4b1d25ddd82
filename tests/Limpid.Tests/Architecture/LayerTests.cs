using System.Text.RegularExpressions;

namespace Limpid.Tests.Architecture;

/// <summary>The house has floors: a folder uses what lies below it, never what lies above.</summary>
public sealed class LayerTests
{
    private static readonly Dictionary<string, int> Floors = new(StringComparer.Ordinal)
    {
        ["Torch"] = 1,
        ["Diffusion"] = 2, ["Classifiers"] = 2, ["Attacks"] = 2, ["Data"] = 2, ["Images"] = 2,
        ["Purification"] = 3, ["Detection"] = 3,
        ["Defenses"] = 4,
        ["Training"] = 5, ["Evaluation"] = 5, ["Reporting"] = 5,
        ["Recipes"] = 6,
        ["Cli"] = 7, ["Server"] = 7,
    };

    private static readonly Regex Namespace = new(@"\bLimpid\.(?<folder>[A-Z]\w+)", RegexOptions.ExplicitCapture, TimeSpan.FromSeconds(10));
    private static readonly Regex Dispatch = new("\"aten::", RegexOptions.None, TimeSpan.FromSeconds(10));
    private static readonly Regex VagueName = new(@"\b(class|record|struct|interface) \w*(Helper|Helpers|Manager|Util|Utils|Utility|Processor|Impl)\b", RegexOptions.ExplicitCapture, TimeSpan.FromSeconds(10));
    private static readonly Regex LeftOver = new(@"\b(TODO|FIXME|HACK|XXX)\b", RegexOptions.ExplicitCapture, TimeSpan.FromSeconds(10));

    [Fact]
    public void Every_folder_has_a_floor() =>
        Directory.EnumerateDirectories(Checkout.Path("src/Limpid")).Select(Path.GetFileName)
            .Where(folder => folder is not ("bin" or "obj") && !Floors.ContainsKey(folder!)).ShouldBeEmpty();

    [Fact]
    public void No_folder_uses_what_lies_above_it() =>
        Uses().Where(use => Floors[use.To] > Floors[use.From]).Select(use => $"{use.File} uses {use.To}").ShouldBeEmpty();

    [Fact]
    public void Folders_of_one_floor_do_not_use_each_other_in_circles()
    {
        var edges = Uses().Where(use => Floors[use.To] == Floors[use.From] && use.To != use.From).Select(use => (use.From, use.To)).ToHashSet();

        edges.Where(edge => edges.Contains((edge.To, edge.From))).ShouldBeEmpty();
    }

    [Fact]
    public void A_namespace_is_its_folder() =>
        Checkout.Sources("src").Where(file => Path.GetFileName(file) != "Program.cs")
            .Where(file => !ExpectedNamespaces(file).Any(name => File.ReadAllText(file).Contains($"namespace {name};", StringComparison.Ordinal))).ShouldBeEmpty();

    [Fact]
    public void Operators_are_named_in_one_folder_only() =>
        Checkout.Sources("src").Where(file => !file.Contains("/Limpid.Torch/Operators/", StringComparison.Ordinal) && Dispatch.IsMatch(File.ReadAllText(file))).ShouldBeEmpty();

    [Fact]
    public void No_type_has_a_vague_name() => Matches(VagueName).ShouldBeEmpty();

    [Fact]
    public void Nothing_is_left_to_be_done_in_comments() => Matches(LeftOver).ShouldBeEmpty();

    private static IEnumerable<string> Matches(Regex pattern) =>
        Checkout.Sources("src").SelectMany(file => pattern.Matches(File.ReadAllText(file)).Select(match => $"{file}: {match.Value}"));

    private static IEnumerable<(string File, string From, string To)> Uses() =>
        from file in Checkout.Sources("src/Limpid").Concat(Checkout.Sources("src/Limpid.Torch"))
        let relative = Path.GetRelativePath(Checkout.Path("src"), file).Split('/')
        let own = relative[0] == "Limpid" ? relative[1] : "Torch"
        from match in Namespace.Matches(File.ReadAllText(file)).Cast<Match>()
        let used = match.Groups["folder"].Value
        where Floors.ContainsKey(used) && Floors.ContainsKey(own)
        select (file, own, used);

    // Folders that hold parts of one type, Tensor, share its namespace.
    private static string[] ExpectedNamespaces(string file)
    {
        string name = Path.GetDirectoryName(Path.GetRelativePath(Checkout.Path("src"), file))!.Replace('/', '.');
        return name is "Limpid.Torch.Operators" or "Limpid.Torch.Autograd" ? [name, "Limpid.Torch"] : [name];
    }
}
