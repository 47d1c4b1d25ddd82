using System.CommandLine;
using System.Text;

namespace Limpid.Cli.Tests;

/// <summary>The reference of the command line in docs/ is generated from the help.</summary>
public sealed class HelpPageTests
{
    private const string Marker = "<!-- generated from the help: LIMPID_APPROVE=1 ./test --filter HelpPage -->\n";

    [Fact]
    public void The_page_shows_the_help_as_it_is()
    {
        string file = Checkout.Path("docs/cli-reference.md");
        string page = File.ReadAllText(file);
        string introduction = page[..(page.IndexOf(Marker, StringComparison.Ordinal) + Marker.Length)];
        string expected = introduction + Reference();
        if (Checkout.Approves)
        {
            File.WriteAllText(file, expected);
            page = expected;
        }

        page.ShouldBe(expected, "docs/cli-reference.md is out of date: LIMPID_APPROVE=1 ./test --filter HelpPage rewrites it");
    }

    private static string Reference()
    {
        var root = CommandLine.Root(CancellationToken.None);
        var text = new StringBuilder();
        foreach (var command in root.Subcommands)
        {
            Append(text, root, [command.Name], command);
        }
        return text.ToString();
    }

    private static void Append(StringBuilder text, RootCommand root, string[] path, System.CommandLine.Command command)
    {
        if (command.Subcommands.Count == 0)
        {
            text.Append($"\n## `limpid {string.Join(' ', path)}`\n\n```text\n{Help(root, path)}\n```\n");
        }
        foreach (var below in command.Subcommands)
        {
            Append(text, root, [.. path, below.Name], below);
        }
    }

    private static string Help(RootCommand root, string[] path)
    {
        using var writer = new StringWriter();
        root.Parse([.. path, "--help"]).Invoke(new InvocationConfiguration { Output = writer });
        string[] common = [.. CommonOptions.All.Select(option => option.Name), "--help"];
        var lines = writer.ToString().Split('\n').Where(line => !common.Any(name => line.StartsWith($"  {name} ", StringComparison.Ordinal) || line.StartsWith($"  -q, {name} ", StringComparison.Ordinal) || line.StartsWith($"  -?, -h, {name} ", StringComparison.Ordinal)));
        string help = string.Join('\n', lines.Select(line => line.TrimEnd())).Trim();
        return help.EndsWith("Options:", StringComparison.Ordinal) ? help[..^"Options:".Length].Trim() : help;
    }
}
