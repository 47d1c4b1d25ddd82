using System.Globalization;
using Limpid.Torch;

namespace Limpid.Attacks;

/// <summary>Numbers as people write them for budgets: <c>0.5</c> or <c>8/255</c>.</summary>
public static class Fraction
{
    /// <summary>Reads a decimal number or a quotient of two.</summary>
    /// <param name="text">The number.</param>
    /// <param name="where">What it belongs to, for the message.</param>
    /// <exception cref="InputException">No number, or a division by zero.</exception>
    public static double Parse(string text, string where)
    {
        ArgumentNullException.ThrowIfNull(text);
        string[] parts = text.Split('/');
        double numerator = Number(parts[0], text, where);
        if (parts.Length == 1)
        {
            return numerator;
        }
        double denominator = parts.Length == 2 ? Number(parts[1], text, where) : double.NaN;
        if (denominator == 0)
        {
            throw new InputException($"{where}: '{text}' divides by zero; write a fraction such as 8/255");
        }
        return double.IsNaN(denominator) ? throw new InputException($"{where}: '{text}' is not a number or a fraction such as 8/255") : numerator / denominator;
    }

    private static double Number(string part, string text, string where) =>
        double.TryParse(part, NumberStyles.Float, CultureInfo.InvariantCulture, out double value) && double.IsFinite(value)
            ? value
            : throw new InputException($"{where}: '{text}' is not a number or a fraction such as 8/255");
}
