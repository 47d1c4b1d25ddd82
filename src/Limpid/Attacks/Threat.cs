using System.Globalization;
using Limpid.Torch;

namespace Limpid.Attacks;

/// <summary>Norm of a perturbation.</summary>
public enum ThreatNorm
{
    /// <summary>Largest absolute change of any value.</summary>
    Linf,

    /// <summary>Euclidean length of the change.</summary>
    L2,
}

/// <summary>What an attacker may do: a norm and a radius in units of pixels in [0,1].</summary>
/// <param name="Norm">The norm.</param>
/// <param name="Epsilon">The radius, &gt; 0; kept in double precision until it meets a tensor.</param>
public readonly record struct Threat(ThreatNorm Norm, double Epsilon)
{
    /// <summary>Reads <c>linf:8/255</c> or <c>l2:0.5</c>; fractions are read exactly.</summary>
    /// <exception cref="InputException">The text is no threat model; the message says what was meant, perhaps.</exception>
    public static Threat Parse(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        string[] parts = text.Split(':');
        if (parts.Length != 2)
        {
            throw new InputException($"threat '{text}' is not understood: write linf:8/255 or l2:0.5");
        }
        ThreatNorm norm = parts[0].ToUpperInvariant() switch
        {
            "LINF" => ThreatNorm.Linf,
            "L2" => ThreatNorm.L2,
            _ => throw new InputException($"norm '{parts[0]}' in threat '{text}' is not known: use linf or l2"),
        };
        double epsilon = Fraction.Parse(parts[1], $"threat '{text}'");
        if (!double.IsFinite(epsilon) || epsilon <= 0)
        {
            throw new InputException($"threat '{text}' needs a radius above 0, such as {parts[0]}:8/255");
        }
        if (norm == ThreatNorm.Linf && epsilon > 1)
        {
            throw new InputException($"threat '{text}' looks like {parts[1]} in units of 1; did you mean linf:{parts[1]}/255?");
        }
        return new Threat(norm, epsilon);
    }

    /// <summary>How an attack moves within this ball.</summary>
    public INormGeometry Geometry() => Norm == ThreatNorm.Linf ? new LinfGeometry(Epsilon) : new L2Geometry(Epsilon);

    /// <summary>Reads back by <see cref="Parse"/>, as a fraction of 255 where it is one.</summary>
    public override string ToString()
    {
        double of255 = Epsilon * 255;
        bool whole = Norm == ThreatNorm.Linf && Math.Abs(of255 - Math.Round(of255)) < 1e-9;
        string radius = whole
            ? string.Create(CultureInfo.InvariantCulture, $"{Math.Round(of255)}/255")
            : Epsilon.ToString("R", CultureInfo.InvariantCulture);
        return $"{(Norm == ThreatNorm.Linf ? "linf" : "l2")}:{radius}";
    }
}
