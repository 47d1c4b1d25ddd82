using System.Text;
using Spectre.Console;

namespace Limpid.Cli;

/// <summary>The two streams of the process: results on standard output, everything else on standard error.</summary>
internal static class Terminal
{
    private static readonly Lock Gate = new();
    private static readonly Lazy<StreamWriter> Output = new(() => Writer(Console.OpenStandardOutput()));
    private static readonly Lazy<StreamWriter> Errors = new(() => Writer(Console.OpenStandardError()));
    private static IAnsiConsole? drawing;

    /// <summary>Results: UTF-8, flushed line by line, so that a reader sees each as it is found.</summary>
    public static TextWriter Out => Output.Value;

    /// <summary>Progress, notes and errors.</summary>
    public static TextWriter Error => Errors.Value;

    /// <summary>Whether a person watches standard error.</summary>
    public static bool Interactive => !Console.IsErrorRedirected && CanDraw;

    /// <summary>Whether a person reads standard output.</summary>
    public static bool OutInteractive => !Console.IsOutputRedirected && CanDraw;

    private static bool CanDraw => Environment.GetEnvironmentVariable("TERM") is not ("dumb" or null or "");

    /// <summary>A line for people, marked as ours.</summary>
    public static void Note(string text) => Line($"limpid: {text}");

    /// <summary>A line on standard error, above what is being drawn there; a closed or full one is not worth failing for.</summary>
    public static void Line(string text)
    {
        try
        {
            lock (Gate)
            {
                if (drawing is { } console)
                {
                    // Over what was drawn there, which is drawn again below.
                    console.WriteLine(text.PadRight(Math.Max(0, console.Profile.Width - 1)));
                }
                else
                {
                    Error.WriteLine(text);
                }
            }
        }
        catch (IOException)
        {
            // There is nobody left to tell.
        }
    }

    /// <summary>Work that draws on a terminal's standard error while it goes on.</summary>
    public static void Draw(Action<IAnsiConsole> work)
    {
        var console = Spectre(Error);
        drawing = console;
        try
        {
            work(console);
        }
        finally
        {
            drawing = null;
        }
    }

    /// <summary>Writes something drawn, such as a table, to a terminal's standard output.</summary>
    public static void Show(global::Spectre.Console.Rendering.IRenderable drawn) => Spectre(Out).Write(drawn);

    /// <summary>Leaves the terminal as it was found; for a process that ends in the middle of drawing.</summary>
    public static void Restore() => drawing?.Cursor.Show();

    // Whether to draw at all has been decided by who asks.
    private static IAnsiConsole Spectre(TextWriter stream) => AnsiConsole.Create(new AnsiConsoleSettings
    {
        Out = new AnsiConsoleOutput(stream),
        Ansi = AnsiSupport.Yes,
        Interactive = InteractionSupport.Yes,
    });

    private static StreamWriter Writer(Stream stream) =>
        new(stream, new UTF8Encoding(encoderShouldEmitUTF8Identifier: false)) { AutoFlush = true };
}
