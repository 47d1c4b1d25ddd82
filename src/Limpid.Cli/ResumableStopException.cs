namespace Limpid.Cli;

/// <summary>A stop of work that goes on where it stopped when it is called again.</summary>
internal sealed class ResumableStopException(OperationCanceledException stop) : OperationCanceledException(stop.Message, stop)
{
    /// <summary>Does work whose results are kept as they are found.</summary>
    public static T Around<T>(Func<T> work)
    {
        try
        {
            return work();
        }
        catch (OperationCanceledException stop)
        {
            throw new ResumableStopException(stop);
        }
    }
}
