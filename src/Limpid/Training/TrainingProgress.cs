namespace Limpid.Training;

/// <summary>How far a training has come, after a step.</summary>
public sealed record TrainingProgress
{
    /// <summary>Steps taken.</summary>
    public required long Step { get; init; }

    /// <summary>Images seen, repeated ones counted each time.</summary>
    public required long Images { get; init; }

    /// <summary>Loss, averaged over about the last fifty steps.</summary>
    public required double Loss { get; init; }

    /// <summary>Learning rate of the step.</summary>
    public required double LearningRate { get; init; }

    /// <summary>Images per second since training was started or resumed.</summary>
    public required double ImagesPerSecond { get; init; }

    /// <summary>Time trained, interruptions not counted.</summary>
    public required TimeSpan Elapsed { get; init; }

    /// <summary>Time to the end of the budget at this rate.</summary>
    public required TimeSpan Left { get; init; }
}
