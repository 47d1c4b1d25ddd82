using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using Limpid.Attacks;
using Limpid.Data;
using Limpid.Purification.ReverseAdversarial;
using Limpid.Torch;
using Limpid.Training;

namespace Limpid.Recipes;

/// <summary>A description of a training: its kind, and the options of that kind under their names in lower case with hyphens.</summary>
public sealed class TrainingRecipe
{
    private static readonly JsonSerializerOptions Style = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.KebabCaseLower,
        NumberHandling = JsonNumberHandling.AllowReadingFromString,
        UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
        Converters = { new Numbers(), new WholeNumbers(), new YesOrNo() },
    };

    private readonly RecipeNode node;
    private readonly string name;

    private TrainingRecipe(string name, RecipeNode node) => (this.name, this.node) = (name, node);

    /// <summary>What is trained: <c>denoiser</c>, <c>classifier</c>, <c>dad</c> or <c>rap</c>.</summary>
    public string Kind { get; private init; } = "";

    /// <summary>Opens a file, or a bundled training by name.</summary>
    /// <param name="nameOrFile">Such as <c>train/cifar10-denoiser</c> or <c>mine.yaml</c>.</param>
    /// <param name="overrides">Changes, each <c>key=value</c> with a dotted key.</param>
    /// <exception cref="InputException">There is no such recipe, or an override is malformed.</exception>
    public static TrainingRecipe Open(string nameOrFile, params IEnumerable<string> overrides)
    {
        ArgumentNullException.ThrowIfNull(nameOrFile);
        string bundled = Path.Combine(BundledFiles.Root, "recipes", nameOrFile + ".yaml");
        var node = RecipeText.ReadFile(File.Exists(nameOrFile) || !File.Exists(bundled) ? nameOrFile : bundled);
        foreach (string change in overrides)
        {
            string[] halves = change.Split('=', 2);
            if (halves.Length != 2 || halves[0].Split('.').Any(string.IsNullOrWhiteSpace))
            {
                throw new InputException($"--set '{change}' should read key=value, such as --set budget.images=100000");
            }
            node.Set(halves[0].Trim().Split('.'), halves[1], $"--set {halves[0]}");
        }
        string kind = node.Children.Remove("kind", out var chosen) ? chosen.Value ?? "" : "";
        node.Children.Remove("about");
        return kind is "denoiser" or "classifier" or "dad" or "rap"
            ? new TrainingRecipe(nameOrFile, node) { Kind = kind }
            : throw new InputException($"{nameOrFile}: kind '{kind}' is no training: write kind: denoiser, kind: classifier, kind: dad or kind: rap");
    }

    /// <summary>The options of a noise predictor's training.</summary>
    /// <exception cref="InputException">A key is unknown or a value out of its type.</exception>
    public DiffusionTrainingOptions Denoiser() => Read<DiffusionTrainingOptions>();

    /// <summary>The options of a classifier's training.</summary>
    /// <exception cref="InputException">A key is unknown or a value out of its type.</exception>
    public ClassifierTrainingOptions Classifier() => Read<ClassifierTrainingOptions>();

    /// <summary>The options of DAD's training.</summary>
    /// <exception cref="InputException">A key is unknown or a value out of its type.</exception>
    public DadTrainingOptions Dad() => Read<DadTrainingOptions>();

    /// <summary>The options of RAP's training.</summary>
    /// <exception cref="InputException">A key is unknown or a value out of its type.</exception>
    public RapTrainingOptions Rap() => Read<RapTrainingOptions>();

    private T Read<T>()
    {
        CheckKeys(typeof(T), node, "");
        try
        {
            return Json(node).Deserialize<T>(Style)!;
        }
        catch (JsonException e)
        {
            throw new InputException($"{name}: {e.Path?.TrimStart('$', '.')}: the value has another form than this key needs", e);
        }
    }

    private static void CheckKeys(Type type, RecipeNode level, string path)
    {
        var known = type.GetProperties().ToDictionary(p => JsonNamingPolicy.KebabCaseLower.ConvertName(p.Name), p => p.PropertyType, StringComparer.Ordinal);
        foreach (var (key, child) in level.Children)
        {
            if (!known.TryGetValue(key, out var below))
            {
                throw new InputException($"{child.Origin}: there is no key '{path}{key}'{NearestName.Hint(key, known.Keys)} (known: {string.Join(", ", known.Keys)})");
            }
            if (child.Value is null)
            {
                CheckKeys(below, child, $"{path}{key}.");
            }
        }
    }

    private static JsonNode? Json(RecipeNode node)
    {
        if (node.Value is { } value)
        {
            return value.Length == 0 ? null : JsonValue.Create(value);
        }
        var json = new JsonObject();
        foreach (var (key, child) in node.Children)
        {
            json[key] = Json(child);
        }
        return json;
    }

    /// <summary>A list such as <c>[1, 2, 2]</c>, which the recipe's reader hands on as <c>1,2,2</c>.</summary>
    private sealed class Numbers : JsonConverter<double>
    {
        public override double Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
        {
            try
            {
                return Fraction.Parse(reader.GetString() ?? "", "number");
            }
            catch (InputException e)
            {
                throw new JsonException(null, e);
            }
        }

        public override void Write(Utf8JsonWriter writer, double value, JsonSerializerOptions options) => writer.WriteNumberValue(value);
    }

    private sealed class WholeNumbers : JsonConverter<IReadOnlyList<int>>
    {
        public override IReadOnlyList<int> Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
            [.. (reader.GetString() ?? "").Split(',', StringSplitOptions.TrimEntries).Select(text => int.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out int number) ? number : throw new JsonException())];

        public override void Write(Utf8JsonWriter writer, IReadOnlyList<int> value, JsonSerializerOptions options) => writer.WriteStringValue(string.Join(',', value));
    }

    private sealed class YesOrNo : JsonConverter<bool>
    {
        public override bool Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) => reader.GetString() switch
        {
            "true" => true,
            "false" => false,
            _ => throw new JsonException(),
        };

        public override void Write(Utf8JsonWriter writer, bool value, JsonSerializerOptions options) => writer.WriteStringValue(value ? "true" : "false");
    }
}
