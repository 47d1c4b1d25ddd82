namespace Limpid.Classifiers;

/// <summary>What a family needs to build one of its networks.</summary>
/// <param name="Numbers">The numbers in the name, in order: depth and width of <c>wrn-28-10</c>.</param>
/// <param name="Classes">Number of classes.</param>
/// <param name="Image">The images.</param>
public readonly record struct NetworkSize(IReadOnlyList<int> Numbers, int Classes, ImageShape Image);

/// <summary>Networks of one architecture under the name that users write, with what their published weights expect of images.</summary>
/// <param name="Pattern">Name with a place for each number, such as <c>wrn-{depth}-{width}</c>.</param>
/// <param name="Description">One line: architecture, whose layout, what it was trained on.</param>
/// <param name="Input">The images that published weights were trained on.</param>
/// <param name="Normalization">What published weights expect.</param>
/// <param name="Build">Creates the network with zero weights.</param>
public sealed record ClassifierFamily(string Pattern, string Description, ImageShape Input, Normalization Normalization, Func<NetworkSize, ClassifierNetwork> Build)
{
    private const int MostDigits = 4;

    /// <summary>Name of the weight whose rows are the classes.</summary>
    public string Head { get; init; } = "fc.weight";

    /// <summary>Number of classes where no file says it.</summary>
    public int Classes { get; init; } = 10;

    /// <summary>Numbers that make names to show, one list per example; empty for a name without numbers.</summary>
    public IReadOnlyList<int[]> Examples { get; init; } = [[]];

    /// <summary>Which network of a file with several, when its user does not say: a dotted path; null to find it by the names of weights.</summary>
    public string? Part { get; init; }

    /// <summary>Says of a name in a file that the network does not use it; null where everything is used.</summary>
    public Func<string, bool>? Ignored { get; init; }

    /// <summary>Names to show and to compare a mistyped one with.</summary>
    public IEnumerable<string> ExampleNames => Examples.Select(NameFor);

    /// <summary>The name of the network with these numbers.</summary>
    public string NameFor(IReadOnlyList<int> numbers)
    {
        string[] segments = Pattern.Split('-');
        int next = 0;
        for (int i = 0; i < segments.Length; i++)
        {
            if (segments[i].IndexOf('{', StringComparison.Ordinal) is >= 0 and int open)
            {
                segments[i] = $"{segments[i][..open]}{numbers[next++]}";
            }
        }
        return string.Join('-', segments);
    }

    /// <summary>The numbers in a name of this family; null for a name of another one.</summary>
    public IReadOnlyList<int>? NumbersIn(string name)
    {
        ArgumentNullException.ThrowIfNull(name);
        string[] expected = Pattern.Split('-'), given = name.Split('-');
        var numbers = new List<int>();
        bool fits = expected.Length == given.Length && expected.Zip(given).All(pair => Fits(pair.First, pair.Second, numbers));
        return fits ? numbers : null;
    }

    private static bool Fits(string expected, string given, List<int> numbers)
    {
        int open = expected.IndexOf('{', StringComparison.Ordinal);
        if (open < 0)
        {
            return given == expected;
        }
        if (!given.StartsWith(expected[..open], StringComparison.Ordinal) || Number(given[open..]) is not { } number)
        {
            return false;
        }
        numbers.Add(number);
        return true;
    }

    private static int? Number(string digits) =>
        digits.Length is > 0 and <= MostDigits && digits.All(char.IsAsciiDigit) ? int.Parse(digits) : null;
}
