using System.Globalization;
using Limpid.Torch;

namespace Limpid.Detection;

/// <summary>The words and numbers of a detector's file.</summary>
internal sealed class DetectorText(string path, IReadOnlyDictionary<string, string> text)
{
    public bool Has(string key) => text.ContainsKey(key);

    /// <exception cref="InputException">It is missing.</exception>
    public string Word(string key) => text.TryGetValue(key, out string? word) ? word : throw new InputException($"{path} is no detector that limpid wrote: it does not say its '{key}'");

    /// <exception cref="InputException">It is missing or no number.</exception>
    public double Number(string key) =>
        double.TryParse(Word(key), NumberStyles.Float, CultureInfo.InvariantCulture, out double number) && double.IsFinite(number)
            ? number
            : throw new InputException($"{path}: '{key}' should be a number, not '{Word(key)}': fit the detector again");

    /// <exception cref="InputException">It is no number.</exception>
    public double? NumberOrNull(string key) => Has(key) ? Number(key) : null;
}
