namespace Limpid.Data;

/// <summary>A kind of data set that can be opened by name.</summary>
public sealed class KnownDataset
{
    internal KnownDataset(string kind, string grammar, string description, Func<DatasetSpec, IImageDataset> open) =>
        (Kind, Grammar, Description, Open) = (kind, grammar, description, open);

    /// <summary>The word before the first colon.</summary>
    public string Kind { get; }

    /// <summary>How a set of this kind is written; a slice <c>[first..last]</c> may follow.</summary>
    public string Grammar { get; }

    /// <summary>What it is, in a line.</summary>
    public string Description { get; }

    internal Func<DatasetSpec, IImageDataset> Open { get; }
}
