namespace Limpid.Training;

/// <summary>The loss or its gradient is no longer a finite number.</summary>
public sealed class TrainingDivergedException : Exception
{
    /// <summary>Creates the exception with its line for the user.</summary>
    public TrainingDivergedException(string message) : base(message) { }

    /// <summary>Creates the exception with its line and a cause.</summary>
    public TrainingDivergedException(string message, Exception inner) : base(message, inner) { }

    /// <summary>Creates the exception with a general message.</summary>
    public TrainingDivergedException() : base("the training has diverged") { }
}
