using System.CommandLine;
using System.Globalization;
using Limpid.Cli.DataSets;
using Limpid.Cli.Watching;
using Limpid.Data;
using Limpid.Torch;

namespace Limpid.Cli.Commands;

/// <summary><c>limpid data</c>: what data there are, and whether they are whole.</summary>
internal static class DataCommand
{
    private static readonly Argument<string> Data = new("DATA") { Description = "A data set, such as cifar10:DIR:test[0..63] or shapes:train." };
    private static readonly Argument<string> Kind = new("KIND") { Description = "A kind of data set, such as cifar10." };
    private static readonly Option<string> Out = new("--out") { Description = "A .safetensors file, a .png of all images side by side, or a folder for PNG files, a folder per class.", HelpName = "FILE|DIR", Required = true };

    public static Command Create(CancellationToken cancellation) => new("data", "Data sets: lists, describes, writes and verifies them.")
    {
        new Command("list", "The kinds of data that can be opened, and how they are written.").Runs(List, cancellation),
        new Command("info", "Size, classes and counts of a data set.") { Data }.Runs(Info, cancellation),
        new Command("make", "Writes images and labels of a data set to a file or folder.") { Data, Out }.Runs(Make, cancellation),
        new Command("download", "Says where a data set comes from and how to lay it out; nothing is fetched.") { Kind }.Runs(Download, cancellation),
        new Command("verify", "Reads every image and compares published checksums where there are any.") { Data }.Runs(Verify, cancellation),
    };

    private static int List(Session session)
    {
        foreach (var kind in Datasets.Known)
        {
            session.Result(new { kind = kind.Kind, grammar = kind.Grammar, description = kind.Description }, $"{kind.Grammar,-26} {kind.Description}");
        }
        session.Text("A slice may follow: shapes:test[0..63] is the first 64 images.");
        return ExitCode.Done;
    }

    private static int Info(Session session)
    {
        var data = Datasets.Open(session.Get(Data));
        int[] counts = data.ClassCounts();
        string size = $"{data.Channels}x{data.Height}x{data.Width}";
        session.Result(
            new { name = data.Name, count = data.Count, channels = data.Channels, height = data.Height, width = data.Width, classes = data.ClassNames, counts },
            $"{data.Name}: {data.Count} images of {size}, {data.ClassCount} classes");
        for (int k = 0; k < counts.Length; k++)
        {
            session.Text(string.Create(CultureInfo.InvariantCulture, $"{k,5} {data.ClassNames[k],-24} {counts[k],7}"));
        }
        return ExitCode.Done;
    }

    private static int Make(Session session)
    {
        var data = Datasets.Open(session.Get(Data));
        string path = session.Get(Out)!;
        Action<IImageDataset, string, Action<int>, CancellationToken> write = Path.GetExtension(path) switch
        {
            ".safetensors" => DatasetFile.WriteSafetensors,
            ".png" => DatasetFile.WriteSheet,
            _ => DatasetFile.WriteFolder,
        };
        Progress.Show(session, progress =>
        {
            var counter = new Counter(progress, "images", data.Count);
            write(data, path, done => counter.Report(done), session.Cancellation);
        });
        session.Result(new { name = data.Name, count = data.Count, path }, $"{path}: {data.Count} images of {data.Name}");
        return ExitCode.Done;
    }

    private static int Download(Session session)
    {
        string kind = session.Get(Kind).Split(':')[0];
        string text = Origins.Of(kind);
        session.Result(new { kind, origin = text }, text);
        return ExitCode.Done;
    }

    private static int Verify(Session session)
    {
        string name = session.Get(Data);
        var data = Datasets.Open(name);
        var image = new float[data.ImageLength()];
        Progress.Show(session, progress =>
        {
            var counter = new Counter(progress, "images", data.Count);
            for (int i = 0; i < data.Count; i++)
            {
                session.Cancellation.ThrowIfCancellationRequested();
                data.ReadImage(i, image);
                if (image.AsSpan().ContainsAnyExceptInRange(0f, 1f))
                {
                    throw new InputException($"{data.Name}: image {i} has values outside [0,1]");
                }
                counter.Report(i + 1);
            }
        });
        string sums = PublishedSums.Compare(name);
        session.Result(new { name = data.Name, count = data.Count, checksums = sums }, $"{data.Name}: {data.Count} images read, all values in [0,1]; {sums}");
        return ExitCode.Done;
    }
}
