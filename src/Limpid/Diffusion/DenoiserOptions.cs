using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using Limpid.Data;
using Limpid.Torch;

namespace Limpid.Diffusion;

/// <summary>Options behind a network's name, as in <c>guided-diffusion,heads:8,channel-multipliers:1+2+2=FILE</c>.</summary>
internal static class DenoiserOptions
{
    private const int Largest = 8192;

    /// <summary>Sets what is written in the options of a family.</summary>
    /// <param name="options">Every option with its value; changed.</param>
    /// <param name="written">Each <c>key:value</c>; lists joined by <c>+</c>.</param>
    /// <param name="where">The network's name, for messages.</param>
    /// <exception cref="InputException">An option is unknown, or its value does not fit.</exception>
    public static void Set(JsonObject options, IEnumerable<string> written, string where)
    {
        var keys = options.ToDictionary(entry => Kebab(entry.Key), entry => entry.Key, StringComparer.Ordinal);
        foreach (string entry in written)
        {
            string[] parts = entry.Split(':', 2);
            string key = parts[0].Trim();
            if (!keys.TryGetValue(key, out string? name))
            {
                throw new InputException($"{where} has no option '{key}'{(keys.Count > 0 ? $"{NearestName.Hint(key, keys.Keys)} (known: {string.Join(", ", keys.Keys)})" : ": it takes none")}");
            }
            string value = parts.Length == 2 ? parts[1].Trim() : "";
            options[name] = Value(options[name], value) ?? throw new InputException($"{where}: {key}:{value} should read {key}:{Example(options[name])}");
        }
    }

    /// <summary><c>channelMultipliers</c> as people write it: <c>channel-multipliers</c>.</summary>
    internal static string Kebab(string camel)
    {
        var text = new StringBuilder();
        foreach (char c in camel)
        {
            _ = char.IsAsciiLetterUpper(c) ? text.Append('-').Append(char.ToLowerInvariant(c)) : text.Append(c);
        }
        return text.ToString();
    }

    // The default tells the type; an option without one is a whole number.
    private static JsonNode? Value(JsonNode? given, string text) => given switch
    {
        JsonArray => List(text),
        JsonValue value when value.TryGetValue(out bool _) => text is "true" or "false" ? JsonValue.Create(text == "true") : null,
        JsonValue value when !value.TryGetValue(out int _) => double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out double number) && double.IsFinite(number) ? JsonValue.Create(number) : null,
        _ => Number(text) is { } whole ? JsonValue.Create(whole) : null,
    };

    private static JsonArray? List(string text)
    {
        int?[] numbers = text.Length == 0 ? [] : [.. text.Split('+').Select(Number)];
        return Array.TrueForAll(numbers, number => number is not null) ? [.. numbers.Select(number => (JsonNode)JsonValue.Create(number!.Value))] : null;
    }

    private static int? Number(string text) =>
        int.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out int number) && number is >= -1 and <= Largest ? number : null;

    private static string Example(JsonNode? given) => given switch
    {
        JsonArray list => string.Join('+', list.Select(number => number!.ToJsonString())),
        null => "10",
        _ => given.ToJsonString(),
    };
}
