using System.Globalization;

namespace Limpid.Benchmarks;

/// <summary>What to measure.</summary>
internal sealed record Options(string Work, string Weights, int Width, int Batch, int Threads, int Repetitions, int Steps, string Out)
{
    public static Options Parse(string[] args)
    {
        string Value(string name, string otherwise)
        {
            int at = Array.IndexOf(args, "--" + name);
            return at >= 0 && at + 1 < args.Length ? args[at + 1] : otherwise;
        }

        int Number(string name, int otherwise) => int.Parse(Value(name, otherwise.ToString(CultureInfo.InvariantCulture)), CultureInfo.InvariantCulture);

        return new Options(args.Length > 0 ? args[0] : "overhead", Value("weights", ""), Number("width", 64), Number("batch", 16),
            Number("threads", 2), Number("repetitions", 5), Number("steps", 10), Value("out", ""));
    }
}
