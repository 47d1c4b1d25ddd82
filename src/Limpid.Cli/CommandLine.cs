using System.CommandLine;
using System.CommandLine.Help;
using System.CommandLine.Parsing;
using System.Reflection;
using Limpid.Cli.Commands;

namespace Limpid.Cli;

/// <summary>The root command: parses, runs, and turns every ending into one line and an exit code.</summary>
internal static class CommandLine
{
    /// <summary>Version of Limpid, such as <c>0.1.0</c>.</summary>
    public static string Version { get; } =
        typeof(CommandLine).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion ?? "unknown";

    /// <summary>Runs a call and returns its exit code.</summary>
    public static int Run(string[] args)
    {
        using var interruption = new Interruption();
        try
        {
            if (args is ["--version"])
            {
                Terminal.Out.WriteLine($"limpid {Version}");
                return ExitCode.Done;
            }
            var root = Root(interruption.Token);
            // A file name that starts with @ is a file name.
            var parse = root.Parse(args, new ParserConfiguration { ResponseFileTokenReplacer = null });
            if (parse.Errors.Count > 0 && parse.Action is not HelpAction)
            {
                return Refuse(parse);
            }
            return parse.Invoke(new InvocationConfiguration
            {
                EnableDefaultExceptionHandler = false,
                ProcessTerminationTimeout = null,
                Output = Terminal.Out,
                Error = Terminal.Error,
            });
        }
#pragma warning disable CA1031 // The border of the process: everything ends in a line and an exit code.
        catch (Exception exception)
#pragma warning restore CA1031
        {
            return Failure.Report(exception, interruption);
        }
    }

    /// <summary>All commands with their options.</summary>
    internal static RootCommand Root(CancellationToken cancellation)
    {
        var root = new RootCommand("Purifies adversarial images before a classifier sees them, and measures honestly how much that helps.") { HelpName = "limpid" };
        foreach (var option in CommonOptions.All)
        {
            root.Add(option);
        }
        foreach (var command in Registry.Commands(cancellation))
        {
            root.Add(command);
        }
        return root;
    }

    private static int Refuse(ParseResult parse)
    {
        var command = parse.CommandResult.Command;
        string path = PathOf(parse.CommandResult);
        if (parse.Tokens.Count == 0)
        {
            parse.RootCommandResult.Command.Parse(["--help"]).Invoke(new InvocationConfiguration { Output = Terminal.Error });
            return ExitCode.BadCall;
        }
        Terminal.Note($"{ParseErrorText.Of(parse, command)} (see `{path} --help`)");
        return ExitCode.BadCall;
    }

    private static string PathOf(CommandResult result) =>
        result.Parent is CommandResult parent ? $"{PathOf(parent)} {result.Command.Name}" : "limpid";
}
