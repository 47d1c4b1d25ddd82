using System.Runtime.InteropServices;

namespace Limpid.Cli;

/// <summary>Turns Ctrl-C and a scheduler's SIGTERM into a cancellation that the work looks at once per step.</summary>
/// <remarks>The first signal asks, a second one ends the process at once; either way the exit code says who stopped it.</remarks>
internal sealed class Interruption : IDisposable
{
    private readonly CancellationTokenSource source = new();
    private readonly List<PosixSignalRegistration> registrations = [];
    private int code;

    public Interruption()
    {
        registrations.Add(PosixSignalRegistration.Create(PosixSignal.SIGINT, context => Stop(context, ExitCode.Stopped)));
        registrations.Add(PosixSignalRegistration.Create(PosixSignal.SIGTERM, context => Stop(context, ExitCode.TryAgain)));
    }

    public CancellationToken Token => source.Token;

    /// <summary>The exit code of the signal that came, or 0.</summary>
    public int Code => Volatile.Read(ref code);

    public void Dispose()
    {
        foreach (var registration in registrations)
        {
            registration.Dispose();
        }
        source.Dispose();
    }

    private void Stop(PosixSignalContext context, int exitCode)
    {
        context.Cancel = true;
        if (Interlocked.CompareExchange(ref code, exitCode, 0) != 0)
        {
            Terminal.Restore();
            Environment.Exit(Code);
        }
        Terminal.Note("stopping after the network call at hand; once more stops at once");
        source.Cancel();
    }
}
