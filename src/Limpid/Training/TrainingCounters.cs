namespace Limpid.Training;

/// <summary>How much a training has done.</summary>
public sealed record TrainingCounters
{
    /// <summary>Steps taken.</summary>
    public long Step { get; init; }

    /// <summary>Images seen, repeated ones counted each time.</summary>
    public long Images { get; init; }

    /// <summary>Seconds trained, interruptions not counted.</summary>
    public double Seconds { get; init; }

    /// <summary>Loss, averaged over about the last fifty steps; NaN before the first.</summary>
    public double Loss { get; init; } = double.NaN;
}
