using System.CommandLine;
using Limpid.Evaluation;

namespace Limpid.Cli.Commands;

/// <summary><c>limpid compare</c>: paired differences of runs on the same images.</summary>
internal static class CompareCommand
{
    private static readonly Argument<string[]> Runs = new("RUN") { Description = "Run folders on the same images; each is compared with the first.", Arity = new ArgumentArity(2, 100) };

    public static Command Create() => new("compare", "Compares runs on the same images in pairs, with intervals and an exact test.") { Runs };

    public static int Run(Session session)
    {
        string[] runs = session.Get(Runs);
        var first = RunFolder.Read(runs[0]).Samples();
        foreach (string run in runs[1..])
        {
            var second = RunFolder.Read(run).Samples();
            Print(session, runs[0], run, "clean", PairedComparison.Clean(first, second));
            Print(session, runs[0], run, "robust", PairedComparison.Robust(first, second));
        }
        return ExitCode.Done;
    }

    private static void Print(Session session, string first, string second, string question, PairedComparison found) =>
        session.Result(
            new
            {
                first, second, question, count = found.Count, both = found.BothRight, onlyFirst = found.OnlyFirst, onlySecond = found.OnlySecond, neither = found.NeitherRight,
                difference = new { value = found.Difference, low = found.Low, high = found.High, count = found.Count }, pValue = found.PValue,
            },
            $"{question,-7} {second} against {first}: {found}");
}
