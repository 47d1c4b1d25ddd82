using Limpid.Torch;
using Limpid.Torch.Noise;

namespace Limpid.Tests.Attacks;

/// <summary>The reference attacks' generator: one SplitMix64 stream in the order of first asking; asking again replays.</summary>
internal sealed class StreamNoise : INoise
{
    private readonly Stream stream;
    private readonly string path;

    public StreamNoise(ulong seed, int count)
        : this(new Stream(seed), "", count)
    {
    }

    private StreamNoise(Stream stream, string path, int count)
    {
        this.stream = stream;
        this.path = path;
        Count = count;
    }

    public int Count { get; }

    public Tensor Normal(NoisePurpose purpose, int step, ReadOnlySpan<long> sampleShape, Device device = default) =>
        Draw($"{path}/n{purpose}{step}", sampleShape, stream.Normal);

    public Tensor Uniform(NoisePurpose purpose, int step, ReadOnlySpan<long> sampleShape, Device device = default) =>
        Draw($"{path}/u{purpose}{step}", sampleShape, stream.Uniform);

    public INoise Branch(NoisePurpose purpose, int index) => new StreamNoise(stream, $"{path}/{purpose}{index}", Count);

    public INoise Rows(ReadOnlySpan<int> rows) =>
        rows.Length == Count ? this : rows.Length == 1 ? new StreamNoise(stream, $"{path}/row{rows[0]}", 1) : throw new NotSupportedException("a stream serves a whole batch or one row");

    private Tensor Draw(string key, ReadOnlySpan<long> sampleShape, Func<double> next)
    {
        if (!stream.Drawn.TryGetValue(key, out float[]? values))
        {
            long size = Count;
            foreach (long extent in sampleShape)
            {
                size *= extent;
            }
            values = new float[size];
            for (int i = 0; i < values.Length; i++)
            {
                values[i] = (float)next();
            }
            stream.Drawn[key] = values;
        }
        return Tensor.From(values, [Count, .. sampleShape]);
    }

    private sealed class Stream(ulong seed)
    {
        private ulong state = seed;

        public Dictionary<string, float[]> Drawn { get; } = new(StringComparer.Ordinal);

        public double Uniform()
        {
            state += 0x9E3779B97F4A7C15;
            ulong z = state;
            z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9;
            z = (z ^ (z >> 27)) * 0x94D049BB133111EB;
            z ^= z >> 31;
            return (z >> 40) / (double)(1 << 24);
        }

        public double Normal()
        {
            double u1 = Uniform(), u2 = Uniform();
            return Math.Sqrt(-2 * Math.Log(1 - u1)) * Math.Cos(2 * Math.PI * u2);
        }
    }
}
