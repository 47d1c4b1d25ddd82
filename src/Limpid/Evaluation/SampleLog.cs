using System.Globalization;
using System.Text.Json;
using Limpid.Torch;

namespace Limpid.Evaluation;

/// <summary>The file that one attempt of one shard adds its lines to.</summary>
/// <remarks>Every line is handed to the operating system whole and at once, so a killed process loses at most the line it was writing. No other attempt ever writes to the same file.</remarks>
internal sealed class SampleLog : IDisposable
{
    private readonly FileStream file;

    private SampleLog(FileStream file) => this.file = file;

    /// <summary>Begins the file of the next attempt: <c>samples.&lt;shard&gt;.&lt;attempt&gt;.jsonl</c>.</summary>
    /// <exception cref="InputException">The folder cannot be written.</exception>
    public static SampleLog Begin(string folder, Shard shard)
    {
        for (int attempt = 0; ; attempt++)
        {
            string path = Path.Combine(folder, string.Create(CultureInfo.InvariantCulture, $"samples.{shard.Index}.{attempt}.jsonl"));
            if (File.Exists(path))
            {
                continue;
            }
            try
            {
                // Created by exactly one process: two attempts that start together get different numbers.
                return new SampleLog(new FileStream(path, FileMode.CreateNew, FileAccess.Write, FileShare.Read, bufferSize: 0));
            }
            catch (IOException) when (File.Exists(path))
            {
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                throw new InputException($"{folder}: samples cannot be written here: {e.Message}", e);
            }
        }
    }

    /// <summary>Adds one line.</summary>
    public void Add(SampleRecord sample) => file.Write([.. JsonSerializer.SerializeToUtf8Bytes(sample, RunJson.Line), (byte)'\n']);

    /// <summary>Closes the file.</summary>
    public void Dispose() => file.Dispose();
}
