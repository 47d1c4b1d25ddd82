using System.Globalization;
using Limpid.Images;
using Limpid.Torch;

namespace Limpid.Data;

/// <summary>The pictures of a folder with their labels: by <c>labels.csv</c>, by subfolders, or unlabeled.</summary>
/// <param name="Paths">The files, in ordinal order of their relative paths.</param>
/// <param name="Labels">A label each, -1 where there is none.</param>
/// <param name="ClassNames">A name for each class.</param>
internal sealed record FolderListing(IReadOnlyList<string> Paths, int[] Labels, IReadOnlyList<string> ClassNames)
{
    /// <summary>Lists a folder.</summary>
    /// <remarks>
    /// <c>labels.csv</c> needs the columns <c>file</c> and <c>class_index</c>; <c>class_names.txt</c> beside it holds index, any id and name, tab separated.
    /// Otherwise subfolders are classes in ordinal order, as in torchvision's ImageFolder; but when all are called <c>NUMBER-NAME</c> the
    /// number is the label, so that a part of a set keeps its labels. Pictures beside the subfolders or in one called <c>unlabeled</c> have none.
    /// </remarks>
    /// <exception cref="InputException">The folder is missing or holds no pictures, or labels.csv is malformed.</exception>
    public static FolderListing Of(string folder)
    {
        if (!Directory.Exists(folder))
        {
            throw new InputException($"{folder}: {DataFile.Present(folder)}; images:DIR needs a folder of PNG or JPEG files");
        }
        FolderListing listing = File.Exists(Path.Combine(folder, "labels.csv")) ? FromTable(folder) : FromSubfolders(folder);
        return listing.Paths.Count > 0 ? listing : throw new InputException($"{folder} holds no {string.Join(", ", ImageFile.Endings)} files; {DataFile.Present(folder)}");
    }

    private static FolderListing FromSubfolders(string folder)
    {
        string[] names = [.. Directory.EnumerateDirectories(folder).Select(path => Path.GetFileName(path)!).Where(name => name != "unlabeled" && Pictures(Path.Combine(folder, name)).Any()).Order(StringComparer.Ordinal)];
        int[] numbers = [.. names.Select((name, position) => NumberOf(name) ?? -1)];
        bool numbered = numbers.All(number => number >= 0) && numbers.Distinct().Count() == numbers.Length;
        string[] classes = numbered && names.Length > 0 ? [.. Enumerable.Range(0, numbers.Max() + 1).Select(number => $"class {number}")] : names;
        var found = new List<(string Path, int Label)>(Pictures(folder).Concat(Pictures(Path.Combine(folder, "unlabeled"))).Select(path => (path, -1)));
        for (int i = 0; i < names.Length; i++)
        {
            int label = numbered ? numbers[i] : i;
            classes[label] = numbered ? names[i][(names[i].IndexOf('-') + 1)..] : names[i];
            found.AddRange(Pictures(Path.Combine(folder, names[i])).Select(path => (path, label)));
        }
        found.Sort((a, b) => string.CompareOrdinal(a.Path, b.Path));
        return new FolderListing([.. found.Select(pair => pair.Path)], [.. found.Select(pair => pair.Label)], classes);
    }

    private static int? NumberOf(string name) =>
        name.IndexOf('-') is > 0 and <= 5 and int dash && int.TryParse(name.AsSpan(0, dash), NumberStyles.None, CultureInfo.InvariantCulture, out int number) ? number : null;

    private static IEnumerable<string> Pictures(string folder) => Directory.Exists(folder)
        ? Directory.EnumerateFiles(folder).Where(path => ImageFile.Endings.Contains(Path.GetExtension(path), StringComparer.OrdinalIgnoreCase))
        : [];

    private static FolderListing FromTable(string folder)
    {
        string table = Path.Combine(folder, "labels.csv");
        string[] lines = File.ReadAllLines(table);
        string[] columns = lines.Length > 0 ? lines[0].Split(',') : [];
        (int file, int label) = (Array.IndexOf(columns, "file"), Array.IndexOf(columns, "class_index"));
        if (file < 0 || label < 0)
        {
            throw new InputException($"{table} needs a first line naming the columns file and class_index, separated by commas");
        }
        var rows = new List<(string Path, int Label)>();
        for (int i = 1; i < lines.Length; i++)
        {
            string[] cells = lines[i].Split(',');
            if (cells is [""])
            {
                continue;
            }
            if (cells.Length <= Math.Max(file, label) || !int.TryParse(cells[label], out int index) || index is < -1 or > 100_000)
            {
                throw new InputException($"{table}, line {i + 1}: expected a file and a class index, found '{lines[i]}'");
            }
            string path = Path.Combine(folder, cells[file]);
            rows.Add(File.Exists(path) ? (path, index) : throw new InputException($"{table}, line {i + 1}: there is no file {path}"));
        }
        rows.Sort((a, b) => string.CompareOrdinal(a.Path, b.Path));
        return new FolderListing([.. rows.Select(row => row.Path)], [.. rows.Select(row => row.Label)], Names(folder, rows.Select(row => row.Label).DefaultIfEmpty(-1).Max()));
    }

    private static string[] Names(string folder, int largest)
    {
        string list = Path.Combine(folder, "class_names.txt");
        string[][] rows = File.Exists(list) ? [.. File.ReadLines(list).Where(line => line.Length > 0).Select(line => line.Split('\t'))] : [];
        string[] names = [.. Enumerable.Range(0, Math.Max(largest + 1, rows.Length)).Select(number => $"class {number}")];
        foreach (string[] row in rows)
        {
            if (int.TryParse(row[0], out int index) && index >= 0 && index < names.Length)
            {
                names[index] = row[^1];
            }
        }
        return names;
    }
}
