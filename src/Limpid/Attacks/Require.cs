using System.Globalization;
using System.Numerics;
using Limpid.Torch;

namespace Limpid.Attacks;

/// <summary>The ranges of options, checked in one place.</summary>
internal static class Require
{
    public static T AtLeast<T>(T value, T least, string option)
        where T : INumber<T> =>
        value >= least ? value : throw new InputException(string.Create(CultureInfo.InvariantCulture, $"{option} must be at least {least}, not {value}"));

    public static double Positive(double value, string option) =>
        double.IsFinite(value) && value > 0 ? value : throw new InputException(string.Create(CultureInfo.InvariantCulture, $"{option} must be above 0, not {value}"));
}
