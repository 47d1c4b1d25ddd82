using System.Diagnostics;
using Limpid.Torch;

namespace Limpid.Benchmarks;

/// <summary>Nanoseconds of one operator on one element: the price of a call.</summary>
internal static class OperatorOverhead
{
    private const int Calls = 20_000;

    public static Dictionary<string, double> Measure()
    {
        using var scope = TensorScope.Begin();
        using var noGrad = GradMode.Off();
        Tensor a = Tensor.Ones([1]), b = Tensor.Ones([1]);
        return new()
        {
            ["add"] = Median(() => a + b),
            ["mul"] = Median(() => a * b),
            ["reshape"] = Median(() => a.Reshape(1, 1)),
            ["relu"] = Median(a.Relu),
        };
    }

    private static double Median(Func<Tensor> call)
    {
        Round(call);
        double[] rounds = [.. Enumerable.Range(0, 15).Select(_ => Round(call)).Order()];
        return rounds[rounds.Length / 2];
    }

    private static double Round(Func<Tensor> call)
    {
        long start = Stopwatch.GetTimestamp();
        for (int i = 0; i < Calls; i++)
        {
            call().Keep().Dispose();
        }
        return Stopwatch.GetElapsedTime(start).TotalNanoseconds / Calls;
    }
}
