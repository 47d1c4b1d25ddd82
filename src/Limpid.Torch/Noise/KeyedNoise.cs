namespace Limpid.Torch.Noise;

/// <summary>Counter-based noise: Philox keyed by seed, sample and branch, counted by purpose, step and element.</summary>
/// <remarks>Numbers are made on the processor and copied, so every device sees the same ones. Normals are by Box–Muller in double precision, rounded to float32.</remarks>
public sealed class KeyedNoise : INoise
{
    // Fewer numbers are made sooner than threads wake.
    private const int NumbersWorthThreads = 1 << 14;

    private readonly ulong branch;
    private readonly SampleKey[] samples;

    /// <summary>The root stream of a seed for a batch of samples.</summary>
    /// <param name="seed">Seed of the run.</param>
    /// <param name="samples">Which sample each row is.</param>
    public KeyedNoise(ulong seed, ReadOnlySpan<SampleKey> samples)
        : this(Mix(seed ^ 0x6C696D706964UL), samples.ToArray())
    {
    }

    private KeyedNoise(ulong branch, SampleKey[] samples)
    {
        this.branch = branch;
        this.samples = samples;
    }

    /// <inheritdoc/>
    public int Count => samples.Length;

    /// <inheritdoc/>
    public Tensor Normal(NoisePurpose purpose, int step, ReadOnlySpan<long> sampleShape, Device device = default) =>
        Draw(purpose, step, sampleShape, device, static (draw, row) => draw.FillNormal(row));

    /// <inheritdoc/>
    public Tensor Uniform(NoisePurpose purpose, int step, ReadOnlySpan<long> sampleShape, Device device = default) =>
        Draw(purpose, step, sampleShape, device, static (draw, row) => draw.FillUniform(row));

    /// <inheritdoc/>
    public INoise Branch(NoisePurpose purpose, int index) =>
        new KeyedNoise(Mix(branch ^ Mix(((ulong)purpose << 32) | (uint)index)), samples);

    /// <inheritdoc/>
    public INoise Rows(ReadOnlySpan<int> rows)
    {
        var chosen = new SampleKey[rows.Length];
        for (int i = 0; i < chosen.Length; i++)
        {
            chosen[i] = samples[rows[i]];
        }
        return new KeyedNoise(branch, chosen);
    }

    internal delegate void Fill(SampleDraw draw, Span<float> row);

    private Tensor Draw(NoisePurpose purpose, int step, ReadOnlySpan<long> sampleShape, Device device, Fill fill)
    {
        int size = 1;
        foreach (long extent in sampleShape)
        {
            size = checked(size * (int)extent);
        }
        // On a processor libtorch's threads wait spinning for the next operator; more threads beside them cost more than they save.
        int threads = device.Kind == DeviceKind.Cpu || size * (long)samples.Length < NumbersWorthThreads ? 1 : Engine.Threads;
        using var scope = TensorScope.Begin();
        return scope.Return(Tensor.From(Numbers(purpose, step, size, fill, threads), [samples.Length, .. sampleShape]).To(device));
    }

    internal float[] Numbers(NoisePurpose purpose, int step, int size, Fill fill, int threads)
    {
        var values = new float[size * samples.Length];
        if (threads == 1)
        {
            for (int row = 0; row < samples.Length; row++)
            {
                FillRow(row);
            }
        }
        else
        {
            Parallel.For(0, samples.Length, new ParallelOptions { MaxDegreeOfParallelism = threads }, FillRow);
        }
        return values;

        void FillRow(int row)
        {
            ulong key = Mix(Mix(branch + (ulong)samples[row].Image) ^ (0xA5A5A5A500000000UL | (uint)samples[row].Repetition));
            fill(new SampleDraw(key, ((ulong)purpose << 32) | (uint)step), values.AsSpan(row * size, size));
        }
    }

    // SplitMix64's finalizer: every input bit reaches every output bit.
    private static ulong Mix(ulong z)
    {
        z += 0x9E3779B97F4A7C15;
        z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9;
        z = (z ^ (z >> 27)) * 0x94D049BB133111EB;
        return z ^ (z >> 31);
    }
}
