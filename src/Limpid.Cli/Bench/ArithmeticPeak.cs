using System.Diagnostics;
using System.Runtime.Intrinsics;

namespace Limpid.Cli.Bench;

/// <summary>What the cores could do if nothing but multiply-adds in registers counted.</summary>
internal static class ArithmeticPeak
{
    private const int Iterations = 4_000_000;
    private const int Chains = 10;

    /// <summary>GFLOP/s of so many threads, the best of a few rounds.</summary>
    public static double Measure(int threads) => Enumerable.Range(0, 5).Max(_ => Round(threads));

    private static double Round(int threads)
    {
        bool wide = Vector512.IsHardwareAccelerated;
        long start = Stopwatch.GetTimestamp();
        float sink = 0;
        Parallel.For(0, threads, new ParallelOptions { MaxDegreeOfParallelism = threads }, _ =>
        {
            float result = wide ? Wide() : Narrow();
            Interlocked.Exchange(ref sink, result);
        });
        double flop = 2.0 * (wide ? 16 : 8) * Chains * Iterations * threads;
        return flop / Stopwatch.GetElapsedTime(start).TotalSeconds / 1e9;
    }

    // Ten independent chains hide the latency of a multiply-add; named locals stay in registers.
    private static float Wide()
    {
        Vector512<float> a = Vector512.Create(1f), b = a, c = a, d = a, e = a, f = a, g = a, h = a, i = a, j = a;
        var m = Vector512.Create(0.999999f);
        var s = Vector512.Create(1e-7f);
        for (int k = 0; k < Iterations; k++)
        {
            a = Vector512.FusedMultiplyAdd(a, m, s);
            b = Vector512.FusedMultiplyAdd(b, m, s);
            c = Vector512.FusedMultiplyAdd(c, m, s);
            d = Vector512.FusedMultiplyAdd(d, m, s);
            e = Vector512.FusedMultiplyAdd(e, m, s);
            f = Vector512.FusedMultiplyAdd(f, m, s);
            g = Vector512.FusedMultiplyAdd(g, m, s);
            h = Vector512.FusedMultiplyAdd(h, m, s);
            i = Vector512.FusedMultiplyAdd(i, m, s);
            j = Vector512.FusedMultiplyAdd(j, m, s);
        }
        return Vector512.Sum(a + b + c + d + e + f + g + h + i + j);
    }

    private static float Narrow()
    {
        Vector256<float> a = Vector256.Create(1f), b = a, c = a, d = a, e = a, f = a, g = a, h = a, i = a, j = a;
        var m = Vector256.Create(0.999999f);
        var s = Vector256.Create(1e-7f);
        for (int k = 0; k < Iterations; k++)
        {
            a = Vector256.FusedMultiplyAdd(a, m, s);
            b = Vector256.FusedMultiplyAdd(b, m, s);
            c = Vector256.FusedMultiplyAdd(c, m, s);
            d = Vector256.FusedMultiplyAdd(d, m, s);
            e = Vector256.FusedMultiplyAdd(e, m, s);
            f = Vector256.FusedMultiplyAdd(f, m, s);
            g = Vector256.FusedMultiplyAdd(g, m, s);
            h = Vector256.FusedMultiplyAdd(h, m, s);
            i = Vector256.FusedMultiplyAdd(i, m, s);
            j = Vector256.FusedMultiplyAdd(j, m, s);
        }
        return Vector256.Sum(a + b + c + d + e + f + g + h + i + j);
    }
}
