using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Limpid.Evaluation;

/// <summary>What a run is: the content of <c>run.json</c>.</summary>
/// <param name="Recipe">Everything that decides the results: resolved recipe, seeds, hashes of data and weights.</param>
/// <param name="Surroundings">What does not: versions, device, host.</param>
public sealed record RunManifest(JsonObject Recipe, JsonObject Surroundings)
{
    /// <summary>SHA-256 of the recipe, lower-case hexadecimal; the order of keys does not matter.</summary>
    public string RecipeHash => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(Sorted(Recipe)!.ToJsonString())));

    /// <summary>Number of items of the whole run, shards together: images times repetitions.</summary>
    public int Items { get; init; }

    internal JsonObject ToJson() => new()
    {
        ["recipe_hash"] = RecipeHash,
        ["items"] = Items,
        ["recipe"] = Recipe.DeepClone(),
        ["surroundings"] = Surroundings.DeepClone(),
    };

    internal static RunManifest FromJson(JsonObject json) => new(
        json["recipe"]?.DeepClone().AsObject() ?? throw new JsonException("recipe is missing"),
        json["surroundings"]?.DeepClone().AsObject() ?? [])
    {
        Items = json["items"]?.GetValue<int>() ?? 0,
    };

    private static JsonNode? Sorted(JsonNode? node) => node switch
    {
        JsonObject map => new JsonObject(map.OrderBy(pair => pair.Key, StringComparer.Ordinal).Select(pair => KeyValuePair.Create(pair.Key, Sorted(pair.Value)))),
        JsonArray list => new JsonArray([.. list.Select(Sorted)]),
        _ => node?.DeepClone(),
    };
}
