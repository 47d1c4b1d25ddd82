using System.Text;

namespace Limpid.Cli;

/// <summary>The two streams of the process: results on standard output, everything else on standard error.</summary>
internal static class Terminal
{
    private static readonly Lock Gate = new();
    private static readonly Lazy<StreamWriter> Output = new(() => Writer(Console.OpenStandardOutput()));
    private static readonly Lazy<StreamWriter> Errors = new(() => Writer(Console.OpenStandardError()));

    /// <summary>Results: UTF-8, flushed line by line, so that a reader sees each as it is found.</summary>
    public static TextWriter Out => Output.Value;

    /// <summary>Progress, notes and errors.</summary>
    public static TextWriter Error => Errors.Value;

    /// <summary>Whether a person watches standard error.</summary>
    public static bool Interactive => !Console.IsErrorRedirected && Environment.GetEnvironmentVariable("TERM") is not ("dumb" or null or "");

    /// <summary>A line for people, marked as ours.</summary>
    public static void Note(string text) => Line($"limpid: {text}");

    /// <summary>A line on standard error; a closed or full one is not worth failing for.</summary>
    public static void Line(string text)
    {
        try
        {
            lock (Gate)
            {
                Error.WriteLine(text);
            }
        }
        catch (IOException)
        {
            // There is nobody left to tell.
        }
    }

    /// <summary>Replaces the last line of a terminal's standard error; an empty text leaves it clean.</summary>
    public static void Overwrite(string text)
    {
        try
        {
            lock (Gate)
            {
                int width = Math.Max(20, Console.WindowWidth - 1);
                Error.Write($"\r\u001b[2K{(text.Length > width ? text[..width] : text)}");
            }
        }
        catch (IOException)
        {
            // There is nobody left to tell.
        }
    }

    private static StreamWriter Writer(Stream stream) =>
        new(stream, new UTF8Encoding(encoderShouldEmitUTF8Identifier: false)) { AutoFlush = true };
}
