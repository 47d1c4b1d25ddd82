using System.Text.Json;
using System.Text.Json.Nodes;
using Limpid.Torch;

namespace Limpid.Evaluation;

/// <summary>A run on disk: <c>run.json</c>, <c>samples.*.jsonl</c>, <c>summary.json</c> and <c>images/</c>.</summary>
/// <remarks>
/// Several processes may work in one folder at once, each on a shard of its own: each adds lines to a file of its own, and readers
/// join them all. Two on the same work are refused, and one that works on the whole run is alone.
/// </remarks>
public sealed class RunFolder
{
    private RunFolder(string path, RunManifest manifest)
    {
        Path = path;
        Manifest = manifest;
    }

    /// <summary>Where it is.</summary>
    public string Path { get; }

    /// <summary>What is run.</summary>
    public RunManifest Manifest { get; }

    /// <summary>Opens a folder to work in, new or begun.</summary>
    /// <exception cref="InputException">It holds a run of another recipe, or cannot be written.</exception>
    public static RunFolder Open(string path, RunManifest manifest)
    {
        ArgumentNullException.ThrowIfNull(manifest);
        string file = System.IO.Path.Combine(path, "run.json");
        if (File.Exists(file) && ReadManifest(file).RecipeHash is var hash && !string.Equals(hash, manifest.RecipeHash, StringComparison.Ordinal))
        {
            throw new InputException($"{path} holds a run of another recipe (hash {hash[..12]}, this one {manifest.RecipeHash[..12]}): choose another folder, or delete this one");
        }
        try
        {
            Directory.CreateDirectory(path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new InputException($"{path} cannot be made: {e.Message}", e);
        }
        AtomicFile.Write(file, stream => JsonSerializer.Serialize(stream, manifest.ToJson(), RunJson.Page));
        return new RunFolder(path, manifest);
    }

    /// <summary>Opens a folder to read.</summary>
    /// <exception cref="InputException">There is no run.</exception>
    public static RunFolder Read(string path)
    {
        string file = System.IO.Path.Combine(path, "run.json");
        return File.Exists(file)
            ? new RunFolder(path, ReadManifest(file))
            : throw new InputException($"{path} holds no run: there is no run.json");
    }

    /// <summary>Claims a part of the run for this process until the result is disposed or the process ends.</summary>
    /// <param name="shard">Which part.</param>
    /// <exception cref="InputException">Another process is at work on it, or the folder cannot be written.</exception>
    public FolderLock Claim(Shard shard) => FolderLock.Take(Path, shard.Count == 1 ? null : $"{shard.Index}-of-{shard.Count}");

    /// <summary>The samples that are there, all shards and attempts, by image and repetition.</summary>
    /// <exception cref="InputException">A line is damaged, or two attempts disagree; the message names the lines.</exception>
    public IReadOnlyCollection<SampleRecord> Samples() => SampleFiles.Read(Path).Values;

    /// <summary>Writes <c>summary.json</c>, whole or not at all.</summary>
    public void WriteSummary(EvaluationSummary summary) =>
        AtomicFile.Write(System.IO.Path.Combine(Path, "summary.json"), stream => JsonSerializer.Serialize(stream, summary, RunJson.Page));

    /// <summary>Joins folders of one recipe into another, which may exist.</summary>
    /// <param name="sources">Folders that hold shards of a run.</param>
    /// <param name="destination">Where to.</param>
    /// <exception cref="InputException">A folder is of another recipe, samples disagree, or another process is at work in the destination.</exception>
    public static RunFolder Merge(IReadOnlyList<string> sources, string destination)
    {
        ArgumentNullException.ThrowIfNull(sources);
        var folders = sources.Select(Read).ToList();
        var manifest = folders.Count > 0 ? folders[0].Manifest : throw new InputException("nothing to merge: name at least one run folder");
        foreach (var folder in folders)
        {
            if (!string.Equals(folder.Manifest.RecipeHash, manifest.RecipeHash, StringComparison.Ordinal))
            {
                throw new InputException($"{folder.Path} is of another recipe (hash {folder.Manifest.RecipeHash[..12]}) than {folders[0].Path} ({manifest.RecipeHash[..12]}): they cannot be merged");
            }
        }
        var joined = Open(destination, manifest);
        using var claim = joined.Claim(Shard.Whole);
        var there = SampleFiles.Read(destination);
        using (var log = SampleLog.Begin(destination, Shard.Whole))
        {
            foreach (var sample in folders.SelectMany(folder => folder.Samples()))
            {
                // Written even where another folder has it too: reading then finds any disagreement.
                if (!there.TryGetValue(sample.Key, out var same) || !Same(same, sample))
                {
                    log.Add(sample);
                    there.TryAdd(sample.Key, sample);
                }
            }
        }
        joined.WriteSummary(EvaluationSummary.Of(joined.Samples(), joined.Manifest.Items));
        return joined;
    }

    private static bool Same(SampleRecord a, SampleRecord b) =>
        JsonSerializer.SerializeToUtf8Bytes(a, RunJson.Line).AsSpan().SequenceEqual(JsonSerializer.SerializeToUtf8Bytes(b, RunJson.Line));

    private static RunManifest ReadManifest(string file)
    {
        try
        {
            return RunManifest.FromJson(JsonNode.Parse(File.ReadAllBytes(file))!.AsObject());
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException or FormatException or NullReferenceException)
        {
            throw new InputException($"{file} is not the description of a run: {e.Message}", e);
        }
    }
}
