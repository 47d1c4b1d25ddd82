using System.Collections;

namespace Limpid.Torch.Weights;

/// <summary>Named tensors in order, with text about them: the content of a weight file, or what is to be written into one.</summary>
[System.Diagnostics.CodeAnalysis.SuppressMessage("Naming", "CA1710", Justification = "Tensors, not a collection of a kind.")]
public sealed class StoredTensors : IReadOnlyCollection<KeyValuePair<string, StoredTensor>>
{
    private readonly OrderedDictionary<string, StoredTensor> tensors = new(StringComparer.Ordinal);

    /// <summary>Tensors without a file.</summary>
    public StoredTensors() : this("memory") { }

    /// <summary>Tensors of a file, named in error messages.</summary>
    public StoredTensors(string source) => Source = source;

    /// <summary>Where the tensors come from: a path, or <c>memory</c>.</summary>
    public string Source { get; }

    /// <summary>Text about the tensors, as in the safetensors header.</summary>
    public SortedDictionary<string, string> Metadata { get; } = new(StringComparer.Ordinal);

    /// <summary>Number of tensors.</summary>
    public int Count => tensors.Count;

    /// <summary>Names in order.</summary>
    public IReadOnlyList<string> Names => tensors.Keys;

    /// <summary>The tensor of this name.</summary>
    /// <exception cref="InputException">There is none.</exception>
    public StoredTensor this[string name] =>
        tensors.TryGetValue(name, out var tensor) ? tensor : throw new InputException($"{Source}: there is no tensor called {Shown.Name(name)}");

    /// <summary>Adds a tensor at the end.</summary>
    /// <exception cref="InputException">The name is taken.</exception>
    public void Add(string name, StoredTensor tensor)
    {
        ArgumentNullException.ThrowIfNull(tensor);
        if (!tensors.TryAdd(name, tensor))
        {
            throw new InputException($"{Source}: two tensors are called {Shown.Name(name)}");
        }
    }

    /// <summary>Whether there is a tensor of this name.</summary>
    public bool Contains(string name) => tensors.ContainsKey(name);

    /// <summary>The tensor of this name, if there is one.</summary>
    public bool TryGetValue(string name, [System.Diagnostics.CodeAnalysis.MaybeNullWhen(false)] out StoredTensor tensor) => tensors.TryGetValue(name, out tensor);

    /// <inheritdoc/>
    public IEnumerator<KeyValuePair<string, StoredTensor>> GetEnumerator() => tensors.GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();
}
