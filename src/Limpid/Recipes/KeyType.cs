using System.Globalization;
using Limpid.Attacks;
using Limpid.Data;
using Limpid.Torch;

namespace Limpid.Recipes;

/// <summary>What a key's value may be: checks a written value and brings it into its one canonical form.</summary>
public abstract class KeyType
{
    /// <summary>The type in a word or two, for the reference.</summary>
    public abstract string Name { get; }

    /// <summary>The canonical form of a value, so that equal recipes have equal text.</summary>
    /// <param name="value">As written.</param>
    /// <param name="where">The key, for the message.</param>
    /// <exception cref="InputException">The value does not fit.</exception>
    public abstract string Check(string value, string where);

    /// <summary>Any text.</summary>
    public static KeyType Text { get; } = new TextType();

    /// <summary><c>true</c> or <c>false</c>.</summary>
    public static KeyType Flag { get; } = new ChoiceType(["true", "false"], "true or false");

    /// <summary>A threat model such as <c>linf:8/255</c>.</summary>
    public static KeyType Threat { get; } = new ThreatType();

    /// <summary>A whole number within bounds.</summary>
    public static KeyType Whole(long least, long most = int.MaxValue) => new WholeType(least, most);

    /// <summary>A number or fraction such as <c>2/255</c>, within bounds.</summary>
    public static KeyType Real(double least = double.NegativeInfinity, double most = double.PositiveInfinity) => new RealType(least, most);

    /// <summary>One of some words.</summary>
    public static KeyType Choice(params string[] words) => new ChoiceType(words, string.Join(" or ", words));

    /// <summary>Either the word, which leaves the choice to the program, or a value of the other type.</summary>
    public static KeyType OrWord(string word, KeyType other) => new WordType(word, other);

    private sealed class TextType : KeyType
    {
        public override string Name => "text";

        public override string Check(string value, string where) => value.Trim();
    }

    private sealed class ThreatType : KeyType
    {
        public override string Name => "threat";

        public override string Check(string value, string where)
        {
            try
            {
                return Attacks.Threat.Parse(value.Trim()).ToString();
            }
            catch (InputException e)
            {
                throw new InputException($"{where}: {e.Message}", e);
            }
        }
    }

    private sealed class WholeType(long least, long most) : KeyType
    {
        public override string Name => "whole number";

        public override string Check(string value, string where) =>
            long.TryParse(value, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out long number) && number >= least && number <= most
                ? number.ToString(CultureInfo.InvariantCulture)
                : throw new InputException($"{where}: '{value}' should be a whole number {(most is int.MaxValue or long.MaxValue ? $"of at least {least}" : $"from {least} to {most}")}");
    }

    private sealed class RealType(double least, double most) : KeyType
    {
        public override string Name => "number";

        public override string Check(string value, string where)
        {
            double number = Fraction.Parse(value.Trim(), where);
            // A fraction stays one, since people chose it; other spellings of a number become one.
            string text = value.Contains('/') ? value.Trim() : number.ToString("R", CultureInfo.InvariantCulture);
            return number >= least && number <= most
                ? text
                : throw new InputException(string.Create(CultureInfo.InvariantCulture, $"{where}: '{value}' should be a number {(double.IsPositiveInfinity(most) ? $"of at least {least}" : $"from {least} to {most}")}"));
        }
    }

    private sealed class ChoiceType(string[] words, string name) : KeyType
    {
        public override string Name => name;

        public override string Check(string value, string where) =>
            Array.Find(words, word => string.Equals(word, value.Trim(), StringComparison.OrdinalIgnoreCase))
                ?? throw new InputException($"{where}: '{value}' should be {name}{NearestName.Hint(value, words)}");
    }

    private sealed class WordType(string word, KeyType other) : KeyType
    {
        public override string Name => $"{word} or {other.Name}";

        public override string Check(string value, string where) => value.Trim() == word ? word : other.Check(value, where);
    }
}
