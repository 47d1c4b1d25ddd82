using System.Text;
using System.Text.Json;
using Limpid.Torch;

namespace Limpid.Evaluation;

/// <summary>The samples of a folder, joined over shards and attempts.</summary>
internal static class SampleFiles
{
    private readonly record struct Place(string File, int Line)
    {
        public override string ToString() => $"{File} line {Line}";
    }

    /// <summary>All samples by image and repetition.</summary>
    /// <exception cref="InputException">A line is damaged, or two attempts disagree; the message names the lines.</exception>
    public static SortedDictionary<(long Index, int Repetition), SampleRecord> Read(string folder)
    {
        var samples = new SortedDictionary<(long, int), SampleRecord>();
        var places = new Dictionary<(long, int), Place>();
        foreach (string path in Directory.EnumerateFiles(folder, "samples.*.jsonl").Order(StringComparer.Ordinal))
        {
            foreach (var (place, sample) in ReadFile(path))
            {
                if (!samples.TryAdd(sample.Key, sample))
                {
                    if (Disagreement(samples[sample.Key], sample) is { } what)
                    {
                        throw new InputException($"{folder}: {places[sample.Key]} and {place} disagree about image {sample.Index}, repetition {sample.Repetition}: {what}; find out which is right and delete the other file");
                    }
                    continue;
                }
                places[sample.Key] = place;
            }
        }
        return samples;
    }

    private static IEnumerable<(Place Place, SampleRecord Sample)> ReadFile(string path)
    {
        // Another process may be writing to it.
        using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
        using var text = new StreamReader(file, Encoding.UTF8);
        string[] lines = text.ReadToEnd().Split('\n');
        // What follows the last line end is torn, or empty; a line that was never finished may also be a run of zeros.
        for (int i = 0; i < lines.Length - 1; i++)
        {
            var place = new Place(Path.GetFileName(path), i + 1);
            SampleRecord? sample = Parse(lines[i]);
            if (sample is not null)
            {
                yield return (place, sample);
            }
            else if (i < lines.Length - 2 || lines[^1].Length > 0)
            {
                throw new InputException($"{path} line {i + 1} is damaged: delete that line, and its sample is computed again");
            }
        }
    }

    private static SampleRecord? Parse(string line)
    {
        try
        {
            return JsonSerializer.Deserialize<SampleRecord>(line, RunJson.Line);
        }
        catch (JsonException)
        {
            return null;
        }
    }

    // Machines round differently, so lengths may differ a little; what was decided may not.
    private static string? Disagreement(SampleRecord a, SampleRecord b) =>
        Differ("label", a.Label, b.Label)
        ?? Differ("undefended clean", a.UndefendedClean, b.UndefendedClean)
        ?? Differ("undefended adversarial", a.UndefendedAdversarial, b.UndefendedAdversarial)
        ?? Differ("clean", a.Clean, b.Clean)
        ?? Differ("adversarial", a.Adversarial, b.Adversarial)
        ?? Differ("noise", a.Noise, b.Noise)
        ?? Differ("iterations", a.Iterations, b.Iterations)
        ?? Apart("linf", a.Linf, b.Linf)
        ?? Apart("l2", a.L2, b.L2);

    private static string? Differ(string name, int? a, int? b) => a == b ? null : $"{name} {a} and {b}";

    private static string? Apart(string name, double a, double b) =>
        Math.Abs(a - b) <= 0.01 * Math.Max(Math.Abs(a), Math.Abs(b)) ? null : $"{name} {a} and {b}";
}
