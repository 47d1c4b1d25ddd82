namespace Limpid.Cli.Doctor;

/// <summary>How a check ended.</summary>
internal enum CheckStatus
{
    /// <summary>As it should be.</summary>
    Good,

    /// <summary>Works, but something is missing or slow.</summary>
    Note,

    /// <summary>Limpid cannot work like this.</summary>
    Broken,
}

/// <summary>One line of the doctor's findings.</summary>
internal sealed record Check(string Name, CheckStatus Status, string Found, string? Advice = null)
{
    public static Check Good(string name, string found) => new(name, CheckStatus.Good, found);

    public static Check Note(string name, string found, string advice) => new(name, CheckStatus.Note, found, advice);

    public static Check Broken(string name, string found, string advice) => new(name, CheckStatus.Broken, found, advice);
}
