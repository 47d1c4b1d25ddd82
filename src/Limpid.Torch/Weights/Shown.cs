namespace Limpid.Torch.Weights;

/// <summary>Text from a file, made fit for a one-line message: short and without control characters.</summary>
internal static class Shown
{
    private const int Longest = 120;

    public static string Name(string text)
    {
        string cut = text.Length <= Longest ? text : text[..Longest] + "…";
        return string.Create(cut.Length, cut, (span, from) =>
        {
            for (int i = 0; i < span.Length; i++)
            {
                span[i] = char.IsControl(from[i]) || char.GetUnicodeCategory(from[i]) is System.Globalization.UnicodeCategory.LineSeparator or System.Globalization.UnicodeCategory.ParagraphSeparator ? '?' : from[i];
            }
        });
    }
}
