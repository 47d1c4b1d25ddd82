using System.Text.Encodings.Web;
using System.Text.Json;

namespace Limpid.Training;

/// <summary>Options as text: for checkpoints, metadata and cards; keys as recipes write them.</summary>
internal static class TrainingJson
{
    private static readonly JsonSerializerOptions Style = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.KebabCaseLower,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    public static string Of<T>(T options) => JsonSerializer.Serialize(options, Style);
}
