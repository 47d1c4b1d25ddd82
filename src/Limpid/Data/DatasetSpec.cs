using System.Text.RegularExpressions;
using Limpid.Torch;

namespace Limpid.Data;

/// <summary>A data set as written in options and recipes: <c>kind[:place][:test|train][[first..last]]</c>, or <c>[subset512]</c>.</summary>
/// <param name="Text">What was written.</param>
/// <param name="Kind">The word before the first colon.</param>
/// <param name="Rest">What follows it, without the slice; empty when nothing does.</param>
/// <param name="Slice">First and last position, inclusive.</param>
/// <param name="Subset">How many images of the literature's fixed draw.</param>
internal sealed partial record DatasetSpec(string Text, string Kind, string Rest, (int First, int Last)? Slice, int? Subset = null)
{
    /// <summary>Takes a written data set apart.</summary>
    /// <exception cref="InputException">The slice is malformed.</exception>
    public static DatasetSpec Parse(string text)
    {
        string written = text.Trim();
        (int, int)? slice = null;
        int? subset = null;
        string body = written;
        if (written.EndsWith(']') && written.LastIndexOf('[') is >= 0 and int open)
        {
            body = written[..open];
            Match match = SlicePattern().Match(written[open..]);
            if (int.TryParse(match.Groups["count"].ValueSpan, out int count) && count > 0)
            {
                subset = count;
            }
            else if (int.TryParse(match.Groups["first"].ValueSpan, out int first) && int.TryParse(match.Groups["last"].ValueSpan, out int last) && first <= last)
            {
                slice = (first, last);
            }
            else
            {
                throw new InputException($"data '{written}': the slice {written[open..]} should read [first..last], both inclusive, e.g. [0..63], or [subset512]");
            }
        }
        int colon = body.IndexOf(':', StringComparison.Ordinal);
        return colon < 0 ? new(written, body, "", slice, subset) : new(written, body[..colon], body[(colon + 1)..], slice, subset);
    }

    /// <summary>The place and the split that may follow it; the test split when none is named.</summary>
    /// <exception cref="InputException">No place is given.</exception>
    public (string Folder, DataSplit Split) FolderAndSplit()
    {
        (string folder, DataSplit split) = Rest switch
        {
            _ when Rest.EndsWith(":test", StringComparison.Ordinal) => (Rest[..^5], DataSplit.Test),
            _ when Rest.EndsWith(":train", StringComparison.Ordinal) => (Rest[..^6], DataSplit.Train),
            _ => (Rest, DataSplit.Test),
        };
        if (folder.Length == 0 || Rest is "test" or "train" && !Directory.Exists(Rest))
        {
            throw new InputException($"data '{Text}' names no folder; write {Kind}:DIR:test or {Kind}:DIR:train");
        }
        if (!Directory.Exists(folder) && folder.LastIndexOf(':') is > 0 and int colon && Directory.Exists(folder[..colon]))
        {
            string wrong = folder[(colon + 1)..];
            throw new InputException($"data '{Text}': there is no part '{wrong}'; known are test and train{NearestName.Hint(wrong, ["test", "train"])}");
        }
        return (folder, split);
    }

    /// <summary>The name of the training part of the same set, whole; null for kinds without parts.</summary>
    public string? TrainingPart() => Kind switch
    {
        "shapes" => "shapes:train",
        "cifar10" or "svhn" or "mnist" => $"{Kind}:{FolderAndSplit().Folder}:train",
        _ => null,
    };

    /// <summary>The images of <paramref name="data"/> that were asked for.</summary>
    /// <exception cref="InputException">The slice reaches outside the set.</exception>
    public IImageDataset Cut(IImageDataset data)
    {
        int needed = Slice is (_, int end) ? end + 1 : Subset ?? 0;
        if (needed > data.Count)
        {
            throw new InputException($"data '{Text}' asks for {(Subset is null ? $"position {needed - 1}" : $"{needed} images")}, but there are {data.Count} images (0..{data.Count - 1})");
        }
        return (Slice, Subset) switch
        {
            ((int first, int last), _) => new DatasetSlice(data, first, last),
            (_, int count) => LiteratureSubset.Of(data, count),
            _ => data,
        };
    }

    [GeneratedRegex(@"^\[\s*((?<first>\d+)\s*\.\.\s*(?<last>\d+)|subset(?<count>\d+))\s*\]$", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex SlicePattern();
}
