using Limpid.Torch;
using YamlDotNet.Core;
using YamlDotNet.RepresentationModel;

namespace Limpid.Recipes;

/// <summary>Reads the YAML of a recipe; only mappings and plain values, within bounds, so that a stranger's file can do no harm.</summary>
internal static class RecipeText
{
    private const int LongestFile = 1 << 20;
    private const int DeepestKey = 6;

    /// <exception cref="InputException">The file cannot be read or is no recipe.</exception>
    public static RecipeNode ReadFile(string path)
    {
        try
        {
            if (new FileInfo(path) is { Exists: true, Length: > LongestFile })
            {
                throw new InputException($"{path} is larger than a recipe can be");
            }
            return Parse(File.ReadAllText(path), path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new InputException($"cannot read recipe {path}: {e.Message.ReplaceLineEndings(" ")}", e);
        }
    }

    /// <exception cref="InputException">The text is no recipe.</exception>
    public static RecipeNode Parse(string text, string name)
    {
        var stream = new YamlStream();
        try
        {
            stream.Load(new StringReader(text));
        }
        catch (YamlException e)
        {
            throw new InputException($"{name} line {e.Start.Line}: not valid YAML: {e.Message.ReplaceLineEndings(" ")}", e);
        }
        if (stream.Documents.Count == 0)
        {
            return RecipeNode.Mapping(name);
        }
        return stream.Documents.Count == 1 && stream.Documents[0].RootNode is YamlMappingNode mapping
            ? Mapping(mapping, name, 0)
            : throw new InputException($"{name}: a recipe is one list of `key: value` lines");
    }

    private static RecipeNode Mapping(YamlMappingNode mapping, string name, int depth)
    {
        var node = RecipeNode.Mapping(At(mapping, name));
        foreach (var (key, value) in mapping.Children)
        {
            string written = (key as YamlScalarNode)?.Value ?? throw new InputException($"{At(key, name)}: a key is a plain word");
            node.Children[written] = value switch
            {
                YamlScalarNode scalar => RecipeNode.Scalar(scalar.Value ?? "", At(value, name)),
                YamlMappingNode below when depth < DeepestKey => Mapping(below, name, depth + 1),
                YamlSequenceNode list when list.Children.All(item => item is YamlScalarNode) =>
                    RecipeNode.Scalar(string.Join(",", list.Children.Select(item => ((YamlScalarNode)item).Value)), At(value, name)),
                _ => throw new InputException($"{At(value, name)}: '{written}' is nested too deeply for a recipe"),
            };
        }
        return node;
    }

    private static string At(YamlNode node, string name) => $"{name} line {node.Start.Line}";
}
