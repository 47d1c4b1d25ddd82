using System.Diagnostics;
using System.Text;
using System.Text.Json;

namespace Limpid.Cli.Tests;

/// <summary>Runs the built command as a user would: a process with arguments, two streams and an exit code.</summary>
internal sealed class Command : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(3);
    private readonly Process process;
    private readonly StringBuilder output = new();
    private readonly StringBuilder errors = new();

    private Command(IEnumerable<string> args, string? shell, IReadOnlyDictionary<string, string>? environment)
    {
        string assembly = Path.Combine(AppContext.BaseDirectory, "Limpid.Cli.dll");
        var start = new ProcessStartInfo
        {
            // A runner in the background ignores Ctrl-C and would hand that down; the command must hear its signals.
            FileName = shell is null ? "env" : "/bin/sh",
            UseShellExecute = false,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            RedirectStandardInput = true,
            StandardOutputEncoding = Encoding.UTF8,
            StandardErrorEncoding = Encoding.UTF8,
        };
        string[] head = shell is null ? ["--default-signal=INT,TERM", "dotnet", assembly] : ["-c", shell, "dotnet", assembly];
        foreach (string arg in head.Concat(args))
        {
            start.ArgumentList.Add(arg);
        }
        foreach (var (name, value) in environment ?? new Dictionary<string, string>())
        {
            start.Environment[name] = value;
        }
        process = Process.Start(start)!;
        process.StandardInput.Close();
    }

    /// <summary>Runs to the end.</summary>
    public static Outcome Run(params string[] args) => Start(args).Finish();

    /// <summary>Runs under a shell script that calls the command as <c>"$0" "$@"</c>, for redirections.</summary>
    public static Outcome RunIn(string shell, params string[] args)
    {
        using var command = new Command(args, shell, null);
        return command.Finish();
    }

    public static Command Start(params string[] args) => new(args, null, null);

    /// <summary>Waits for the next line of standard output; null at its end.</summary>
    public string? ReadLine()
    {
        string? line = process.StandardOutput.ReadLine();
        output.Append(line is null ? "" : line + "\n");
        return line;
    }

    /// <summary>Waits for the line of standard error that holds the words.</summary>
    public void AwaitError(string words)
    {
        string? line;
        do
        {
            line = process.StandardError.ReadLine() ?? throw new InvalidOperationException($"the command ended without saying '{words}': {errors}");
            errors.Append(line + "\n");
        }
        while (!line.Contains(words, StringComparison.Ordinal));
    }

    /// <summary>Waits until the command has computed for a while longer, so that it is in the middle of its work.</summary>
    public void AwaitWork(TimeSpan computed)
    {
        var end = process.TotalProcessorTime + computed;
        while (!process.HasExited && process.TotalProcessorTime < end)
        {
            Thread.Yield();
            process.Refresh();
        }
    }

    /// <summary>Waits for the end.</summary>
    public Outcome Finish()
    {
        var rest = process.StandardError.ReadToEndAsync();
        output.Append(process.StandardOutput.ReadToEndAsync().WaitAsync(Patience).Result);
        if (!process.WaitForExit(Patience))
        {
            process.Kill(entireProcessTree: true);
            throw new TimeoutException("the command did not end");
        }
        process.WaitForExit();
        return new Outcome(process.ExitCode, output.ToString(), errors + rest.Result);
    }

    /// <summary>Sends a signal by name, such as <c>INT</c>.</summary>
    public void Signal(string name) => Process.Start("kill", ["-" + name, process.Id.ToString()]).WaitForExit();

    public void Dispose()
    {
        if (!process.HasExited)
        {
            process.Kill(entireProcessTree: true);
        }
        process.Dispose();
    }
}

/// <summary>How a call ended.</summary>
internal sealed record Outcome(int Code, string Output, string Errors)
{
    public string[] OutputLines => Output.Split('\n', StringSplitOptions.RemoveEmptyEntries);

    public string[] ErrorLines => Errors.Split('\n', StringSplitOptions.RemoveEmptyEntries);

    /// <summary>Standard output as one JSON object per line; anything else there is a failure.</summary>
    public JsonElement[] Objects => [.. OutputLines.Select(line => JsonDocument.Parse(line).RootElement)];

    /// <summary>The call was refused: exit code 2, nothing on standard output, one line that holds the words.</summary>
    public void ShouldBeRefused(params string[] words)
    {
        Code.ShouldBe(2, Errors);
        Output.ShouldBeEmpty();
        ErrorLines.Length.ShouldBe(1, Errors);
        foreach (string word in words)
        {
            Errors.ShouldContain(word);
        }
    }
}
