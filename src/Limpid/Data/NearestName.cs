namespace Limpid.Data;

/// <summary>The known name most like a mistyped one, for "did you mean".</summary>
internal static class NearestName
{
    /// <summary><c>; did you mean X?</c>, or nothing when no name is near.</summary>
    public static string Hint(string typed, IEnumerable<string> known)
    {
        (string Name, int Distance) best = known.Select(name => (name, Distance(typed, name))).MinBy(pair => pair.Item2);
        return best.Name is not null && best.Distance <= Math.Max(2, best.Name.Length / 3) ? $"; did you mean {best.Name}?" : "";
    }

    /// <summary>The edit distance (Levenshtein), letters compared without case.</summary>
    public static int Distance(string a, string b)
    {
        int[] row = [.. Enumerable.Range(0, b.Length + 1)];
        for (int i = 1; i <= a.Length; i++)
        {
            int diagonal = row[0];
            row[0] = i;
            for (int j = 1; j <= b.Length; j++)
            {
                int replaced = diagonal + (char.ToLowerInvariant(a[i - 1]) == char.ToLowerInvariant(b[j - 1]) ? 0 : 1);
                diagonal = row[j];
                row[j] = Math.Min(replaced, Math.Min(row[j], row[j - 1]) + 1);
            }
        }
        return row[b.Length];
    }
}
