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
        var names = new Argument<string[]>("NAME") { Description = "Which work: a name, or its beginning, such as conv, unet-64, purify, rap or heterogeneous. Default: all but these three.", Arity = ArgumentArity.ZeroOrMore };
        var rounds = new Option<int>("--rounds") { Description = "Rounds, each timing both sides once.", DefaultValueFactory = _ => 9 };
        var command = new Command("bench", "Times operators, networks, purifications and gradients: libtorch's kernels beside ours.") { names, rounds };
        return command.Runs(session => Run(session, session.Get(names), Math.Max(1, session.Get(rounds))), cancellation);
    }

    private static int Run(Session session, string[] names, int rounds)
    {
        if (session.Device.Kind != DeviceKind.Cpu)
        {
            throw new InputException("bench compares kernels for processors: use --device cpu (on a GPU everything is libtorch's own)");
        }
        session.ApplyThreads();
        int batch = session.Batch ?? DefaultBatch;
        string[] resampled = [.. ResamplingComparison.Works.Where(work => IsNamed(work, names))];
        foreach (string work in resampled)
        {
            Print(session, ResamplingComparison.Measure(work, batch, rounds, session.Cancellation));
        }
        bool nothingElse = names.Length > 0 && Array.TrueForAll(names, name => Array.Exists(resampled, work => IsNamed(work, [name])));
        return nothingElse ? ExitCode.Done : CompareKernels(session, names, rounds, batch);
    }

    private static int CompareKernels(Session session, string[] names, int rounds, int batch)
    {
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

    private static void Print(Session session, ResamplingComparison.Comparison found)
    {
        double[] ratios = found.Ratios;
        double ratio = ratios[ratios.Length / 2];
        var (single, multi) = (ResamplingComparison.Comparison.Seconds(found.Single), ResamplingComparison.Comparison.Seconds(found.Multi));
        var (singleMegabytes, multiMegabytes) = (ResamplingComparison.Comparison.Megabytes(found.Single), ResamplingComparison.Comparison.Megabytes(found.Multi));
        session.Result(
            new
            {
                work = found.Work, images = found.Images, resamplingSteps = ResamplingComparison.U, ratio = Round(ratio), ratioLow = Round(ratios[0]), ratioHigh = Round(ratios[^1]),
                seconds = Round(single), multiStepSeconds = Round(multi), calls = found.Single[0].Calls, multiStepCalls = found.Multi[0].Calls,
                peakMegabytes = Round(singleMegabytes), multiStepPeakMegabytes = Round(multiMegabytes),
            },
            Line($"{found.Work}, {found.Images} images, U = {ResamplingComparison.U}: multi-step/single-step {ratio:F2} [{ratios[0]:F2}, {ratios[^1]:F2}] in time; single-step {single:F2} s, {found.Single[0].Calls} calls, peak {singleMegabytes:F0} MB; multi-step {multi:F2} s, {found.Multi[0].Calls} calls, peak {multiMegabytes:F0} MB"));
    }

    private static bool IsNamed(string work, string[] names) => Array.Exists(names, name => work.StartsWith(name, StringComparison.Ordinal));

    private static Workload[] Choose(Workload[] all, string[] names)
    {
        if (names.Length == 0)
        {
            return [.. all.Where(w => !Array.Exists(Slow, name => w.Name.StartsWith(name, StringComparison.Ordinal)))];
        }
        string[] known = [.. all.Select(w => w.Name), .. ResamplingComparison.Works];
        foreach (string name in names.Where(name => !Array.Exists(known, work => IsNamed(work, [name]))))
        {
            throw new InputException($"there is no benchmark called '{name}': use one of {string.Join(", ", known)}");
        }
        return [.. all.Where(w => IsNamed(w.Name, names))];
    }

    private static double Round(double value) => Math.Round(value, 3);

    private static string Line(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
