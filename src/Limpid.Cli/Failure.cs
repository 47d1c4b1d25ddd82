using Limpid.Torch;

namespace Limpid.Cli;

/// <summary>What an exception means to the person at the terminal: one line and an exit code.</summary>
internal static class Failure
{
    private const int NoSpace = 28; // ENOSPC
    private const int QuotaExceeded = 122; // EDQUOT

    /// <summary>Says in one line what went wrong and returns the exit code.</summary>
    public static int Report(Exception exception, Interruption interruption)
    {
        if (exception is OperationCanceledException && interruption.Code != 0)
        {
            string who = interruption.Code == ExitCode.TryAgain ? "stopped by a scheduler" : "stopped";
            Terminal.Note(exception is ResumableStopException ? $"{who}; everything done so far is kept: the same call goes on from here" : $"{who}; the same call begins anew");
            return interruption.Code;
        }
        if (FullDisk(exception) is { } full)
        {
            Terminal.Note($"the disk is full: {OneLine(full.Message)}; everything finished before is kept");
            Trace(exception);
            return ExitCode.Failed;
        }
        if (exception is InputException)
        {
            Terminal.Note(OneLine(exception.Message));
            Trace(exception);
            return ExitCode.BadCall;
        }
        bool traced = Trace(exception);
        Terminal.Note($"failed: {OneLine(exception.Message)}{(traced ? "" : " (LIMPID_TRACE=1 shows where)")}");
        return ExitCode.Failed;
    }

    private static IOException? FullDisk(Exception? exception)
    {
        for (; exception is not null; exception = exception.InnerException)
        {
            if (exception is IOException { HResult: var code } io && (code & 0xFFFF) is NoSpace or QuotaExceeded or 0x70)
            {
                return io;
            }
        }
        return null;
    }

    private static bool Trace(Exception exception)
    {
        bool wanted = Environment.GetEnvironmentVariable("LIMPID_TRACE") is not (null or "" or "0");
        if (wanted)
        {
            Terminal.Line(exception.ToString());
        }
        return wanted;
    }

    private static string OneLine(string text) => text.ReplaceLineEndings(" ").Trim();
}
