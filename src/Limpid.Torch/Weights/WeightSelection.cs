namespace Limpid.Torch.Weights;

/// <summary>Finds the weights of a network in a checkpoint: which of its dictionaries, and behind which wrappers' prefix.</summary>
/// <remarks>The prefix is whatever stands before the expected names where most of them are found, so no list of wrappers (<c>module.</c>, <c>module.0.</c>, <c>model.</c>) is needed.</remarks>
internal sealed class WeightSelection
{
    private const int Probes = 8;
    private const int MostPrefixes = 1000;

    // Where published files keep what their authors evaluated, in the order of trust.
    private static readonly string[] KnownParts = ["state_dict", "model_state_dict", "model", "ema", "net", "params"];

    private readonly Checkpoint checkpoint;
    private readonly IReadOnlyList<ExpectedWeight> expected;
    private readonly List<string> names;

    private WeightSelection(Checkpoint checkpoint, IReadOnlyList<ExpectedWeight> expected, string? part)
    {
        this.checkpoint = checkpoint;
        this.expected = expected;
        names = [.. checkpoint.Tensors.Names.Where(name => part is null || name.StartsWith(part + ".", StringComparison.Ordinal))];
        if (names.Count == 0)
        {
            var tops = checkpoint.Tensors.Names.Select(name => name.Split('.')[0]).Distinct(StringComparer.Ordinal).Take(8).Select(Shown.Name);
            throw new InputException(part is null
                ? $"{checkpoint.Path}: there is no tensor in this file"
                : $"{checkpoint.Path}: there is nothing under {Shown.Name(part)}; the file has {string.Join(", ", tops)}");
        }
    }

    public static StoredTensors Select(Checkpoint checkpoint, IReadOnlyList<ExpectedWeight> expected, string? part)
    {
        ArgumentNullException.ThrowIfNull(expected);
        var selection = new WeightSelection(checkpoint, expected, part);
        string? averages = selection.names.Select(selection.Holder).FirstOrDefault(AveragedParameters.IsHolder);
        return averages is null
            ? selection.Dictionary(part)
            : AveragedParameters.Name(checkpoint, expected, averages, selection.RawBeside(averages));
    }

    /// <summary>The raw weights beside a list of averages: their names give the list its order, their buffers complete it.</summary>
    private StoredTensors? RawBeside(string averages)
    {
        var rest = new WeightSelection(checkpoint, expected, part: null);
        rest.names.RemoveAll(name => Holder(name) == averages);
        return rest.names.Count > 0 && rest.BestPrefix() is { } prefix ? rest.Under(prefix, part: null) : null;
    }

    private StoredTensors Dictionary(string? part)
    {
        if (BestPrefix() is { } prefix)
        {
            return Under(prefix, part);
        }
        // Nothing fits: hand over the largest dictionary, so that the message can say what it has.
        string holder = names.GroupBy(Holder).MaxBy(group => group.Count())!.Key;
        return Under(holder.Length == 0 ? "" : holder + ".", part);
    }

    /// <summary>The tensors behind a prefix under their short names, and their neighbors in the same dictionary under their full ones.</summary>
    private StoredTensors Under(string prefix, string? part)
    {
        string holder = Holder(names.First(name => name.StartsWith(prefix, StringComparison.Ordinal)));
        string label = prefix.TrimEnd('.');
        var selected = new StoredTensors(label.Length == 0 ? checkpoint.Path : $"{checkpoint.Path} ({Shown.Name(label)})");
        foreach (string name in names)
        {
            if (name.StartsWith(prefix, StringComparison.Ordinal))
            {
                selected.Add(name[prefix.Length..], checkpoint.Tensors[name]);
            }
            else if (Holder(name) == holder)
            {
                selected.Add(name, checkpoint.Tensors[name]);
            }
        }
        return selected;
    }

    /// <summary>The prefix behind which most of the expected weights are found, or null where there is none.</summary>
    private string? BestPrefix()
    {
        var best = Prefixes().Select(prefix => (Prefix: prefix, Score: Score(prefix))).GroupBy(entry => entry.Score).MaxBy(group => group.Key);
        return best is null ? null : Choose([.. best.Select(entry => entry.Prefix)]);
    }

    private HashSet<string> Prefixes()
    {
        var prefixes = new HashSet<string>(StringComparer.Ordinal);
        foreach (var probe in expected.Where(weight => !weight.IsOptional).Take(Probes).Concat(expected.TakeLast(1)))
        {
            string ending = "." + probe.Name;
            foreach (string name in names)
            {
                if (prefixes.Count < MostPrefixes && (name == probe.Name || name.EndsWith(ending, StringComparison.Ordinal)))
                {
                    prefixes.Add(name[..^probe.Name.Length]);
                }
            }
        }
        return prefixes;
    }

    /// <summary>How many expected names are there, then how many of them have the expected shape.</summary>
    private (int Names, int Shapes) Score(string prefix)
    {
        int present = 0, fitting = 0;
        foreach (var weight in expected)
        {
            if (checkpoint.Tensors.TryGetValue(prefix + weight.Name, out var tensor))
            {
                present++;
                fitting += WeightMatch.SameShape(weight.Shape, tensor.Shape) ? 1 : 0;
            }
        }
        return (present, fitting);
    }

    /// <summary>One of several that fit equally well: the first of a list, then a known part; averaged and raw weights are not ours to choose between.</summary>
    private string Choose(List<string> prefixes)
    {
        var firsts = prefixes.Where(prefix => !prefixes.Any(other => IsEarlierInList(other, prefix))).ToList();
        var known = firsts.Where(prefix => Rank(prefix) < KnownParts.Length).OrderBy(Rank).ToList();
        bool isAveragedOrRaw = known.Count > 1 && known.Any(prefix => Top(prefix) == "ema");
        return firsts.Count == 1 ? firsts[0]
            : known.Count > 0 && !isAveragedOrRaw && (known.Count == 1 || Rank(known[0]) < Rank(known[1])) ? known[0]
            : throw new InputException($"{checkpoint.Path}: several sets of weights fit this network ({string.Join(", ", firsts.Take(6).Select(prefix => Shown.Name(prefix.TrimEnd('.'))))}): say which part of the file to use");
    }

    /// <summary>Whether two prefixes differ in positions only and the first has the smaller one.</summary>
    private static bool IsEarlierInList(string one, string other)
    {
        string[] left = one.Split('.'), right = other.Split('.');
        if (left.Length != right.Length)
        {
            return false;
        }
        int order = 0;
        for (int i = 0; i < left.Length; i++)
        {
            if (left[i] != right[i])
            {
                if (!int.TryParse(left[i], out int a) || !int.TryParse(right[i], out int b))
                {
                    return false;
                }
                order = order == 0 ? a.CompareTo(b) : order;
            }
        }
        return order < 0;
    }

    private static string Top(string prefix) => prefix.Split('.')[0];

    private static int Rank(string prefix) => Array.IndexOf(KnownParts, Top(prefix)) is >= 0 and var rank ? rank : KnownParts.Length;

    private string Holder(string name) => checkpoint.Holders.TryGetValue(name, out string? holder) ? holder : "";
}
