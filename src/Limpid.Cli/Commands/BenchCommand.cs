using System.CommandLine;
using System.Globalization;
using Limpid.Cli.Bench;
using Limpid.Torch;

namespace Limpid.Cli.Commands;

/// <summary><c>limpid bench</c>: libtorch's kernels and ours on the same work, in one alternating run.</summary>
internal static class BenchCommand
{
    private const int DefaultBatch = 16;
    private static readonly string[] Slow = ["purify", "rap"];
    private static readonly string[] Ceiling = ["conv-64-32-forward", "conv-128-16-forward", "conv-256-8-forward"];

    public static Command Create(CancellationToken cancellation)
    {
        var names = new Argument<string[]>("NAME") { Description = "Which work: a name, or its beginning, such as conv, unet-64, purify or rap. Default: all but purify and rap.", Arity = ArgumentArity.ZeroOrMore };
        var rounds = new Option<int>("--rounds") { Description = "Rounds, each timing both sides once.", DefaultValueFactory = _ => 9 };
        var command = new Command("bench", "Times operators, networks, purifications and gradients: libtorch's kernels beside ours.") { names, rounds };
        return command.Runs(session => Run(session, session.Get(names), Math.Max(1, session.Get(rounds))), cancellation);
    }

    private static int Run(Session session, string[] names, int rounds)
    {
        session.ApplyThreads();
        int batch = session.Batch ?? DefaultBatch;
        Workload[] all = [.. ConvolutionWork.All(batch), .. NormWork.All(batch), .. NetworkWork.All(batch), .. AdapterWork.All(batch)];
        var chosen = Choose(all, names);
        double peak = ArithmeticPeak.Measure(Engine.Threads);
        double ceiling = Ceiling.Max(name => PairedTiming.Measure(all.Single(w => w.Name == name), Math.Min(rounds, 5), session.Cancellation).LibraryGflops);
        session.Result(
            new { threads = Engine.Threads, batch, kernels = Engine.Kernels.Name(), torch = Engine.TorchVersion, arithmeticPeakGflops = Round(peak), convolutionCeilingGflops = Round(ceiling) },
            Line($"libtorch {Engine.TorchVersion}, {Engine.Threads} threads, batch {batch}, kernels {Engine.Kernels.Name()}: arithmetic peak {peak:F0} GFLOP/s, the library's convolutions reach {ceiling:F0}"));
        session.Text(Line($"{"work",-28} {"library/ours",-20} {"ours ms",9} {"library ms",11} {"GFLOP/s",8} {"of ceiling",11} {"of peak",8} {"peak MB",8}"));
        foreach (var work in chosen)
        {
            var timing = PairedTiming.Measure(work, rounds, session.Cancellation);
            double[] ratios = timing.Ratios;
            double ratio = ratios[ratios.Length / 2];
            session.Result(
                new
                {
                    work = work.Name, ratio = Round(ratio), ratioLow = Round(ratios[0]), ratioHigh = Round(ratios[^1]),
                    seconds = timing.Median, librarySeconds = timing.LibraryMedian, imagesPerSecond = Round(work.Images / timing.Median),
                    gflops = Round(timing.Gflops), ofCeiling = Round(timing.Gflops / ceiling), ofPeak = Round(timing.Gflops / peak), peakMegabytes = Round(timing.PeakMegabytes),
                },
                Line($"{work.Name,-28} {$"{ratio:F2} [{ratios[0]:F2}, {ratios[^1]:F2}]",-20} {timing.Median * 1e3,9:F2} {timing.LibraryMedian * 1e3,11:F2} {timing.Gflops,8:F0} {timing.Gflops / ceiling,11:P0} {timing.Gflops / peak,8:P0} {timing.PeakMegabytes,8:F0}"));
        }
        return ExitCode.Done;
    }

    private static Workload[] Choose(Workload[] all, string[] names)
    {
        if (names.Length == 0)
        {
            return [.. all.Where(w => !Array.Exists(Slow, name => w.Name.StartsWith(name, StringComparison.Ordinal)))];
        }
        foreach (string name in names.Where(name => !Array.Exists(all, w => w.Name.StartsWith(name, StringComparison.Ordinal))))
        {
            throw new InputException($"there is no benchmark called '{name}': use one of {string.Join(", ", all.Select(w => w.Name))}");
        }
        return [.. all.Where(w => Array.Exists(names, name => w.Name.StartsWith(name, StringComparison.Ordinal)))];
    }

    private static double Round(double value) => Math.Round(value, 3);

    private static string Line(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
