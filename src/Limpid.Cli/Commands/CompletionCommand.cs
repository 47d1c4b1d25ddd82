using System.CommandLine;

namespace Limpid.Cli.Commands;

/// <summary><c>limpid completion</c>: a script that lets the shell ask limpid what may follow.</summary>
internal static class CompletionCommand
{
    private static readonly Argument<string> Shell = Choice();

    public static Command Create() => new("completion", "Prints a script for the shell: source <(limpid completion bash).") { Shell };

    public static int Run(Session session)
    {
        session.Text(session.Get(Shell) switch
        {
            "zsh" => Zsh,
            "fish" => Fish,
            _ => Bash,
        });
        return ExitCode.Done;
    }

    private static Argument<string> Choice()
    {
        var shell = new Argument<string>("SHELL") { Description = "bash, zsh or fish.", HelpName = "bash|zsh|fish" };
        shell.AcceptOnlyFromAmong("bash", "zsh", "fish");
        return shell;
    }

    private const string Bash = """
        _limpid() {
          local IFS=$'\n'
          COMPREPLY=($(compgen -W "$("${COMP_WORDS[0]}" "[suggest:${COMP_POINT}]" "${COMP_LINE}" 2>/dev/null)" -- "${COMP_WORDS[COMP_CWORD]}"))
        }
        complete -o default -F _limpid limpid ./limpid
        """;

    private const string Zsh = """
        #compdef limpid
        _limpid() {
          local -a found
          found=("${(@f)$("${words[1]}" "[suggest:${CURSOR}]" "${BUFFER}" 2>/dev/null)}")
          compadd -a found || _files
        }
        compdef _limpid limpid
        """;

    private const string Fish = """
        complete -c limpid -a '(set -l line (commandline -cp); limpid "[suggest:"(string length -- $line)"]" $line 2>/dev/null)'
        """;
}
