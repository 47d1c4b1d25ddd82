namespace Limpid.Cli.Bench;

/// <summary>One kind of work to time.</summary>
/// <param name="Name">How it is called on the command line.</param>
/// <param name="Description">What it does, in a line.</param>
/// <param name="Flop">Floating-point operations of one run, a multiply and an add counted as two; a gradient as twice a forward on top of it.</param>
/// <param name="Images">Images that one run deals with.</param>
/// <param name="Prepare">Makes the work ready and returns what is timed; the returned object frees it.</param>
internal sealed record Workload(string Name, string Description, double Flop, int Images, Func<PreparedWork> Prepare);

/// <summary>Work that is ready to run any number of times.</summary>
/// <param name="Run">One run.</param>
/// <param name="Release">Frees what was prepared.</param>
internal sealed record PreparedWork(Action Run, Action Release) : IDisposable
{
    public void Dispose() => Release();
}
