namespace Limpid.Torch.Weights;

/// <summary>What a network expects beside what a file brings; nothing is ever skipped in silence.</summary>
/// <remarks>Only the step counters of batch normalization (<c>num_batches_tracked</c>), which have no effect on a trained network, may be missing or left over.</remarks>
public sealed class WeightMatch
{
    private const int Listed = 6;

    private readonly StoredTensors found;
    private readonly StoredTensors weights;

    /// <summary>Compares names and shapes.</summary>
    /// <param name="expected">The weights the network has.</param>
    /// <param name="found">The tensors of the file under the network's names.</param>
    /// <param name="ignored">Says of a name that the network does not know whether it may be left out; null for none.</param>
    public WeightMatch(IReadOnlyList<ExpectedWeight> expected, StoredTensors found, Func<string, bool>? ignored = null)
    {
        ArgumentNullException.ThrowIfNull(expected);
        ArgumentNullException.ThrowIfNull(found);
        this.found = found;
        weights = new StoredTensors(found.Source);
        List<string> missing = [], misshapen = [];
        var known = new HashSet<string>(StringComparer.Ordinal);
        foreach (var weight in expected)
        {
            known.Add(weight.Name);
            if (!found.TryGetValue(weight.Name, out var tensor))
            {
                if (!weight.IsOptional && !IsCounter(weight.Name))
                {
                    missing.Add(weight.Name);
                }
            }
            else if (!SameShape(weight.Shape, tensor.Shape))
            {
                misshapen.Add($"{Shown.Name(weight.Name)} is {StoredTensor.ShapeText(tensor.Shape)}, the network has {StoredTensor.ShapeText(weight.Shape)}");
            }
            else
            {
                weights.Add(weight.Name, tensor);
            }
        }
        Missing = missing;
        Misshapen = misshapen;
        Unexpected = [.. found.Names.Where(name => !known.Contains(name) && !IsCounter(name) && ignored?.Invoke(name) != true)];
    }

    /// <summary>Names that the network has and the file lacks.</summary>
    public IReadOnlyList<string> Missing { get; }

    /// <summary>Names that the file has and the network lacks.</summary>
    public IReadOnlyList<string> Unexpected { get; }

    /// <summary>Names of both, but of different shapes, with the two shapes.</summary>
    public IReadOnlyList<string> Misshapen { get; }

    /// <summary>Whether everything fits.</summary>
    public bool IsExact => Missing.Count + Unexpected.Count + Misshapen.Count == 0;

    /// <summary>The network's weights in its order, if everything fits and every value is finite.</summary>
    /// <exception cref="InputException">One message that lists everything that does not fit, or the first weight with a value that is not finite.</exception>
    public StoredTensors Require()
    {
        if (!IsExact)
        {
            throw new InputException(ToString());
        }
        foreach (var (name, tensor) in weights)
        {
            if (tensor.HasNonFinite())
            {
                throw new InputException($"{found.Source}: weight {Shown.Name(name)} has values that are not finite (NaN or infinity)");
            }
        }
        return weights;
    }

    /// <summary>What fits and what does not, in one line.</summary>
    public override string ToString()
    {
        if (IsExact)
        {
            return $"{found.Source}: all {weights.Count} weights fit";
        }
        string[] complaints =
        [
            .. Complaint(Missing, "missing"),
            .. Complaint(Unexpected, "not of this network"),
            .. Complaint(Misshapen, "of another shape"),
        ];
        return $"{found.Source}: the weights do not fit the network: {string.Join("; ", complaints)}";
    }

    private static IEnumerable<string> Complaint(IReadOnlyList<string> items, string what)
    {
        if (items.Count > 0)
        {
            string rest = items.Count > Listed ? $", and {items.Count - Listed} more" : "";
            yield return $"{items.Count} {what} ({string.Join(", ", items.Take(Listed).Select(Shown.Name))}{rest})";
        }
    }

    private static bool IsCounter(string name) => name.EndsWith("num_batches_tracked", StringComparison.Ordinal);

    /// <summary>A scalar is as good as a vector of one: files of different PyTorch versions differ in it.</summary>
    internal static bool SameShape(ReadOnlySpan<long> one, ReadOnlySpan<long> other) =>
        one.SequenceEqual(other) || one is [] or [1] && other is [] or [1];
}
