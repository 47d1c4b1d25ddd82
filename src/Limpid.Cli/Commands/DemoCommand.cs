using System.CommandLine;
using Limpid.Cli.Demo;
using Limpid.Torch;

namespace Limpid.Cli.Commands;

/// <summary><c>limpid demo</c>: the whole idea in under two minutes, with nothing but what is bundled.</summary>
internal static class DemoCommand
{
    private static readonly Option<string> Out = new("--out") { Description = "Folder for pictures and report. [default: limpid-demo]", HelpName = "DIR", DefaultValueFactory = _ => "limpid-demo" };
    private static readonly Option<long?> Limit = CommonOptions.Number("--limit", "Number of images. [default: 16]", 1, 1000);

    public static Command Create() => new("demo", "Attacks a bundled classifier, purifies with several defenses, and writes a report; needs no data and no GPU.") { Out, Limit };

    public static int Run(Session session)
    {
        session.ApplyThreads();
        string folder = session.Get(Out)!;
        var run = new DemoRun(session, (int)(session.Get(Limit) ?? 16));
        session.Text($"{"defense",-14} {"clean",-28} {"attack that ignores it",-28} attack that knows it");
        var rows = new List<DemoRow>();
        using var scope = TensorScope.Begin();
        foreach (var row in run.Rows())
        {
            rows.Add(row);
            session.Result(
                new { defense = row.Defense, clean = row.Clean, ignoring = row.Ignoring, knowing = row.Knowing, seconds = row.Seconds },
                $"{row.Defense,-14} {row.Clean,-28} {row.Ignoring,-28} {row.Knowing}");
        }
        string sheet = Path.Combine(folder, "pictures.png"), report = Path.Combine(folder, "report.html");
        byte[] picture = DemoPictures.Draw(run.Images, rows);
        AtomicFile.Write(sheet, stream => stream.Write(picture));
        AtomicFile.WriteText(report, DemoReport.Html(rows, picture, run));
        session.Result(new { report, pictures = sheet }, $"report: {report}");
        return ExitCode.Done;
    }
}
