using System.Text.RegularExpressions;
using Limpid.Recipes;

namespace Limpid.Tests.Docs;

/// <summary>What a page says can be checked: its examples are compiled and run, its links lead somewhere, the tests it names exist.</summary>
public sealed partial class DocPagesTests
{
    private static readonly string root = Root();

    public static TheoryData<string> Pages => [.. Directory.EnumerateFiles(Path.Combine(root, "docs"), "*.md", SearchOption.AllDirectories)
        .Select(path => Path.GetRelativePath(root, path)).Order(StringComparer.Ordinal)];

    [Theory]
    [MemberData(nameof(Pages))]
    public void Every_example_is_compiled_and_run(string page)
    {
        string source = File.ReadAllText(Path.Combine(root, "tests", "Limpid.Tests", "Docs", "DocExamplesTests.cs"));

        foreach (string example in Examples(page))
        {
            string[] lines = example.TrimEnd().Split('\n');
            int body = Array.FindIndex(lines, line => !Directive().IsMatch(line) && line.Length > 0);
            foreach (string directive in lines[..body].Where(line => line.Length > 0))
            {
                source.ShouldContain($"{directive}\n");
            }
            bool found = new[] { 4, 8 }.Any(indent => source.Contains(Indented(lines[body..], indent), StringComparison.Ordinal));
            found.ShouldBeTrue($"{page} has an example that is not in DocExamplesTests.cs:\n{example}");
        }
    }

    [Theory]
    [MemberData(nameof(Pages))]
    public void Every_link_leads_somewhere(string page)
    {
        string folder = Path.GetDirectoryName(Path.Combine(root, page))!;

        foreach (Match link in Link().Matches(Text(page)))
        {
            string target = link.Groups["to"].Value;
            (File.Exists(Path.Combine(folder, target)) || Directory.Exists(Path.Combine(folder, target))).ShouldBeTrue($"{page} links to {target}");
        }
    }

    [Theory]
    [MemberData(nameof(Pages))]
    public void Every_test_that_is_named_exists(string page)
    {
        string[] sources = [.. Directory.EnumerateFiles(Path.Combine(root, "tests"), "*.cs", SearchOption.AllDirectories).Select(File.ReadAllText)];

        foreach (Match name in Sentence().Matches(Text(page)))
        {
            string test = $" {name.Groups["test"].Value}(";
            sources.ShouldContain(source => source.Contains(test, StringComparison.Ordinal), $"{page} names a test that does not exist: {name.Value}");
        }
    }

    [Theory]
    [MemberData(nameof(Pages))]
    public void Every_command_exists_and_names_a_recipe_and_keys_that_there_are(string page)
    {
        foreach (string[] words in Commands(page))
        {
            string command = $"{char.ToUpperInvariant(words[0][0])}{words[0][1..]}Command.cs";
            File.Exists(Path.Combine(root, "src", "Limpid.Cli", "Commands", command)).ShouldBeTrue($"{page} shows limpid {words[0]}, which there is not");
            string[] changes = [.. words.Zip(words.Skip(1)).Where(pair => pair.First == "--set").Select(pair => pair.Second)];
            switch (words)
            {
                case ["evaluate" or "audit", var recipe, ..]:
                    Recipe.Open(recipe, changes).Name.ShouldNotBeEmpty();
                    break;
                case ["train", var recipe, ..] when TrainingRecipe.Open(recipe, changes) is { Kind: "denoiser" } training:
                    training.Denoiser().Check();
                    break;
            }
        }
    }

    // What follows `limpid` in indented lines, a word each; quotes removed.
    private static IEnumerable<string[]> Commands(string page) =>
        CommandLine().Matches(Text(page)).Select(line => Word().Matches(line.Groups["words"].Value).Select(word => word.Value.Trim('\'')).ToArray());

    private static string Text(string page) => File.ReadAllText(Path.Combine(root, page)).ReplaceLineEndings("\n");

    private static IEnumerable<string> Examples(string page) => Example().Matches(Text(page)).Select(match => match.Groups["code"].Value);

    private static string Indented(IEnumerable<string> lines, int indent) =>
        string.Join('\n', lines.Select(line => line.Length == 0 ? "" : new string(' ', indent) + line)) + "\n";

    private static string Root()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(Path.Combine(folder.FullName, "Limpid.slnx")))
            {
                return folder.FullName;
            }
        }
        throw new DirectoryNotFoundException("the tests do not lie in a checkout");
    }

    [GeneratedRegex(@"^```csharp\n(?<code>.*?)^```", RegexOptions.Multiline | RegexOptions.Singleline | RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 10_000)]
    private static partial Regex Example();

    [GeneratedRegex(@"^ {4}[^#\n]*limpid (?<words>[^#\n]*)", RegexOptions.Multiline | RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 10_000)]
    private static partial Regex CommandLine();

    [GeneratedRegex(@"('[^']*'|[^\s'])+", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 10_000)]
    private static partial Regex Word();

    [GeneratedRegex(@"^using [A-Z][A-Za-z.]*;$", RegexOptions.None, matchTimeoutMilliseconds: 10_000)]
    private static partial Regex Directive();

    [GeneratedRegex(@"\]\((?<to>[^)#:\s]+)(#[^)]*)?\)", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 10_000)]
    private static partial Regex Link();

    [GeneratedRegex(@"`(?<test>[A-Z][A-Za-z0-9]*(_[A-Za-z0-9]+)*_[a-z][a-z0-9]*(_[A-Za-z0-9]+)+)`", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 10_000)]
    private static partial Regex Sentence();
}
