namespace Limpid.Cli;

/// <summary>What the process tells the shell; part of the contract with scripts.</summary>
internal static class ExitCode
{
    /// <summary>Everything asked for was done.</summary>
    public const int Done = 0;

    /// <summary>The work failed for a reason that is not in the call.</summary>
    public const int Failed = 1;

    /// <summary>The call, a recipe or an input file is wrong; one line said how to mend it.</summary>
    public const int BadCall = 2;

    /// <summary>The user stopped the work; everything done so far is kept.</summary>
    public const int Stopped = 3;

    /// <summary>A scheduler stopped the work (SIGTERM): the same call goes on where it stopped.</summary>
    public const int TryAgain = 75;
}
