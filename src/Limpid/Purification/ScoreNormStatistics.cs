using System.Text.Json;
using Limpid.Torch;
using Limpid.Torch.Noise;

namespace Limpid.Purification;

/// <summary>How long EPS is on clean training images: what SSNI compares an image with.</summary>
/// <remarks>Valid for one network, image size and horizon; the file says which, and others are refused.</remarks>
/// <param name="Mean">μ.</param>
/// <param name="Minimum">The least norm.</param>
/// <param name="Maximum">The greatest norm.</param>
/// <param name="Deviation">Standard deviation.</param>
/// <param name="Images">How many images were measured; 5000 in the literature.</param>
/// <param name="Horizon">T′ of EPS.</param>
/// <param name="ImageShape">Channels, height, width.</param>
/// <param name="Network">Fingerprint of the network.</param>
public sealed record ScoreNormStatistics(
    double Mean, double Minimum, double Maximum, double Deviation, int Images, int Horizon, IReadOnlyList<long> ImageShape, string Network)
{
    private static readonly JsonSerializerOptions Json = new() { WriteIndented = true, PropertyNamingPolicy = JsonNamingPolicy.CamelCase };

    /// <summary>Measures clean images, batch by batch.</summary>
    /// <param name="score">EPS of the network.</param>
    /// <param name="images">Clean training images [N,C,H,W] in [0,1]; at least two.</param>
    /// <param name="noise">The noise of these rows.</param>
    /// <param name="network">Fingerprint of the network.</param>
    /// <param name="batch">Images at a time.</param>
    /// <param name="cancellation">Looked at once per network call.</param>
    public static ScoreNormStatistics Fit(ExpectedPerturbationScore score, Tensor images, INoise noise, string network, int batch = 128, CancellationToken cancellation = default)
    {
        int n = (int)images.Size(0);
        ArgumentOutOfRangeException.ThrowIfLessThan(n, 2, nameof(images));
        ArgumentOutOfRangeException.ThrowIfLessThan(batch, 1);
        var norms = new List<double>(n);
        for (int first = 0; first < n; first += batch)
        {
            cancellation.ThrowIfCancellationRequested();
            int[] rows = [.. Enumerable.Range(first, Math.Min(batch, n - first))];
            using var scope = TensorScope.Begin();
            norms.AddRange(score.Norms(images.Slice(0, first, first + rows.Length), noise.Rows(rows), cancellation));
        }
        return Of(norms, score.Horizon, images.Shape[1..].ToArray(), network);
    }

    /// <summary>The statistics of norms that are already measured.</summary>
    /// <param name="norms">‖EPS‖ of clean training images; at least two.</param>
    /// <param name="horizon">T′ of EPS.</param>
    /// <param name="imageShape">Channels, height, width.</param>
    /// <param name="network">Fingerprint of the network.</param>
    public static ScoreNormStatistics Of(IReadOnlyList<double> norms, int horizon, IReadOnlyList<long> imageShape, string network)
    {
        ArgumentNullException.ThrowIfNull(norms);
        ArgumentOutOfRangeException.ThrowIfLessThan(norms.Count, 2, nameof(norms));
        double mean = norms.Average();
        double deviation = Math.Sqrt(norms.Sum(e => (e - mean) * (e - mean)) / (norms.Count - 1));
        return new ScoreNormStatistics(mean, norms.Min(), norms.Max(), deviation, norms.Count, horizon, imageShape, network);
    }

    /// <summary>Writes a JSON file, whole or not at all.</summary>
    /// <exception cref="InputException">The norms are no numbers above 0, which <see cref="Load"/> would refuse; or the file cannot be written.</exception>
    public void Save(string path)
    {
        if (!(Mean > 0 && double.IsFinite(Mean)))
        {
            throw new InputException($"the score norms of clean images have mean {Mean}: the network predicts no noise; train it first, or choose another");
        }
        AtomicFile.WriteText(path, JsonSerializer.Serialize(this, Json) + "\n");
    }

    /// <summary>Reads a file that <see cref="Save"/> wrote for this network.</summary>
    /// <param name="path">The file.</param>
    /// <param name="network">Fingerprint of the network that will be measured.</param>
    /// <exception cref="InputException">The file is missing, is no such file or belongs to another network.</exception>
    public static ScoreNormStatistics Load(string path, string network)
    {
        ScoreNormStatistics? read;
        try
        {
            read = JsonSerializer.Deserialize<ScoreNormStatistics>(File.ReadAllText(path), Json);
        }
        catch (Exception e) when (e is JsonException or IOException or UnauthorizedAccessException)
        {
            throw new InputException($"{path}: no score statistics can be read ({e.Message.Split('\n')[0].TrimEnd('.')})", e);
        }
        if (read is not { Mean: > 0, Images: > 1, Horizon: > 0, ImageShape.Count: 3, Network: not null } || !(read.Maximum >= read.Minimum))
        {
            throw new InputException($"{path}: these are no score statistics; measure them again");
        }
        return read.Network == network
            ? read
            : throw new InputException($"{path}: the statistics belong to another network ({Short(read.Network)}, not {Short(network)}); measure them again with this one");
    }

    /// <summary>Throws unless the statistics are for images of this shape.</summary>
    /// <exception cref="InputException">They are not.</exception>
    public void CheckShape(ReadOnlySpan<long> imageShape)
    {
        if (!imageShape.SequenceEqual(ImageShape.ToArray()))
        {
            throw new InputException($"the score statistics are of {string.Join('×', ImageShape)} images, not {string.Join('×', imageShape.ToArray())}; measure them again at this size");
        }
    }

    private static string Short(string fingerprint) => fingerprint.Length > 12 ? fingerprint[..12] : fingerprint;
}
