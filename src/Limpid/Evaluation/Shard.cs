using System.Globalization;
using Limpid.Torch;

namespace Limpid.Evaluation;

/// <summary>One of several parts of a run, interleaved so that all cost the same and each is an unbiased sample.</summary>
/// <param name="Index">Which part, from 0.</param>
/// <param name="Count">Number of parts.</param>
public readonly record struct Shard(int Index, int Count)
{
    /// <summary>The only part of an undivided run.</summary>
    public static Shard Whole => new(0, 1);

    /// <summary>Reads <c>i/n</c>, i from 0.</summary>
    /// <exception cref="InputException">The text is no such pair.</exception>
    public static Shard Parse(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        string[] parts = text.Split('/');
        if (parts.Length != 2 || !Read(parts[0], out int index) || !Read(parts[1], out int count) || index >= count)
        {
            throw new InputException($"shard '{text}' is not understood: write i/n with i from 0 to n−1, such as 0/4");
        }
        return new Shard(index, count);
    }

    /// <summary>Whether the item at a position of the whole list is this shard's.</summary>
    public bool Has(int position) => position % Count == Index;

    /// <summary>The text that <see cref="Parse"/> reads.</summary>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Index}/{Count}");

    private static bool Read(string text, out int value) => int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out value);
}
