namespace Limpid.Torch;

/// <summary>Something the user gave (a file, an option, a recipe) is wrong; the message is one line that says what, where and how to mend it.</summary>
/// <remarks>The command line prints the message without a stack trace and exits with 2.</remarks>
public sealed class InputException : Exception
{
    /// <summary>Creates the exception with its line for the user.</summary>
    public InputException(string message) : base(message) { }

    /// <summary>Creates the exception with its line for the user and the technical cause.</summary>
    public InputException(string message, Exception cause) : base(message, cause) { }

    /// <summary>Creates the exception with a general message.</summary>
    public InputException() : base("the input is not valid") { }
}
