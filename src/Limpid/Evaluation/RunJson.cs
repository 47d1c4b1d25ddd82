using System.Text.Json;
using System.Text.Json.Serialization;

namespace Limpid.Evaluation;

/// <summary>How the files of a run folder are written.</summary>
internal static class RunJson
{
    /// <summary>One line: names in snake_case, nothing for what is absent.</summary>
    public static JsonSerializerOptions Line { get; } = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
        NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals,
    };

    /// <summary>The same, indented for people.</summary>
    public static JsonSerializerOptions Page { get; } = new(Line) { WriteIndented = true };
}
