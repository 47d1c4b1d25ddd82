using System.Text.Json;
using Limpid.Torch;
using Limpid.Torch.Layers;
using Limpid.Torch.Weights;

namespace Limpid.Diffusion;

/// <summary>Networks as files of our own: weights as safetensors, whose text says which network it is and how it is built.</summary>
internal static class NetworkFile
{
    private const string NetworkKey = "network";
    private const string OptionsKey = "options";

    /// <summary>How JSON spells options.</summary>
    public static JsonSerializerOptions Json { get; } = new() { PropertyNamingPolicy = JsonNamingPolicy.CamelCase };

    /// <summary>Writes weights and construction, whole or not at all.</summary>
    /// <param name="network">The network.</param>
    /// <param name="path">A <c>.safetensors</c> file.</param>
    /// <param name="name">Which network it is.</param>
    /// <param name="options">How it is built, as JSON.</param>
    /// <param name="about">Further text; what describes the network wins over it.</param>
    /// <param name="more">What else the network is made of.</param>
    /// <exception cref="InputException">The file cannot be written.</exception>
    public static void Save(
        Module network, string path, string name, string options, IReadOnlyDictionary<string, string>? about, params IEnumerable<(string Key, string Value)> more)
    {
        var text = new SortedDictionary<string, string>(about?.ToDictionary() ?? [], StringComparer.Ordinal) { [NetworkKey] = name, [OptionsKey] = options };
        foreach (var (key, value) in more)
        {
            text[key] = value;
        }
        network.Save(path, text);
    }

    /// <summary>Which network a file says it holds; null where it says nothing, or not how it is built.</summary>
    public static string? NameIn(Checkpoint checkpoint) => checkpoint.Scalars.ContainsKey(OptionsKey) ? checkpoint.Scalars.GetValueOrDefault(NetworkKey) as string : null;

    /// <summary>How the network of a file is built.</summary>
    /// <exception cref="InputException">The description is damaged.</exception>
    public static T OptionsIn<T>(Checkpoint checkpoint) => Read<T>(checkpoint, OptionsKey);

    /// <summary>A part of the description of a file's network.</summary>
    /// <exception cref="InputException">It is missing or damaged.</exception>
    public static T Read<T>(Checkpoint checkpoint, string key)
    {
        try
        {
            return JsonSerializer.Deserialize<T>(checkpoint.Scalars.GetValueOrDefault(key) as string ?? throw new JsonException($"it has no '{key}'"), Json)
                ?? throw new JsonException($"'{key}' is empty");
        }
        catch (JsonException e)
        {
            throw new InputException($"{checkpoint.Path}: the description of the network is damaged: {e.Message.ReplaceLineEndings(" ")}", e);
        }
    }

    /// <summary>A network with the weights of a file, in evaluation mode; freed where they do not fit.</summary>
    /// <param name="network">The network as it is built.</param>
    /// <param name="checkpoint">The file.</param>
    /// <param name="part">Dotted path of the weights within the file; null to find them.</param>
    /// <param name="ignored">Says of a name that the network does not know whether it may be left out; null for none.</param>
    /// <exception cref="InputException">The weights do not fit.</exception>
    public static T Loaded<T>(T network, Checkpoint checkpoint, string? part = null, Func<string, bool>? ignored = null)
        where T : Module
    {
        try
        {
            network.Load(checkpoint, part, ignored);
            network.Train(training: false);
            return network;
        }
        catch
        {
            network.Dispose();
            throw;
        }
    }
}
