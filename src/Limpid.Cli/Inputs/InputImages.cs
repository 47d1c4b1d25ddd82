using System.CommandLine;
using Limpid.Data;
using Limpid.Images;
using Limpid.Torch;

namespace Limpid.Cli.Inputs;

/// <summary>What a user gives where images are asked for: picture files, folders, tensor files or data sets.</summary>
internal static class InputImages
{
    /// <summary>The argument of every command that reads images.</summary>
    public static Argument<string[]> Argument { get; } = new("INPUT")
    {
        Description = "Picture files, folders, .safetensors files or data sets.",
        Arity = ArgumentArity.OneOrMore,
    };

    /// <summary>Opens each input in turn; neighboring pictures of one size become one set.</summary>
    /// <exception cref="InputException">An input is none of these.</exception>
    public static IEnumerable<IImageDataset> Open(IEnumerable<string> inputs)
    {
        var pictures = new List<(string Path, RgbImage Image)>();
        long first = 0;
        foreach (string input in inputs)
        {
            bool picture = IsPicture(input);
            var image = picture ? ImageFile.Read(input).ToRgb() : null;
            if (pictures.Count > 0 && (image is null || image.Height != pictures[0].Image.Height || image.Width != pictures[0].Image.Width))
            {
                yield return Join(pictures, first);
                first += pictures.Count;
                pictures.Clear();
            }
            if (image is not null)
            {
                pictures.Add((input, image));
            }
            else
            {
                yield return Datasets.Open(DataName(input));
            }
        }
        if (pictures.Count > 0)
        {
            yield return Join(pictures, first);
        }
    }

    private static bool IsPicture(string input) =>
        File.Exists(input) && !input.EndsWith(".safetensors", StringComparison.OrdinalIgnoreCase);

    private static string DataName(string input)
    {
        if (Directory.Exists(input))
        {
            return $"images:{input}";
        }
        if (File.Exists(input))
        {
            return $"safetensors:{input}";
        }
        string kind = input.Split(':', '[')[0];
        return Datasets.Known.Any(known => known.Kind == kind) || input.Contains(':')
            ? input
            : throw new InputException($"there is no file, folder or data set '{input}' (data sets: {string.Join(", ", Datasets.Known.Select(known => known.Kind))})");
    }

    private static InMemoryDataset Join(List<(string Path, RgbImage Image)> pictures, long firstIndex)
    {
        var first = pictures[0].Image;
        return new InMemoryDataset(
            string.Join(' ', pictures.Select(picture => picture.Path)), 3, first.Height, first.Width,
            [.. pictures.SelectMany(picture => picture.Image.Pixels)], [.. pictures.Select(_ => -1)], [], [.. pictures.Select((_, i) => firstIndex + i)]);
    }
}
