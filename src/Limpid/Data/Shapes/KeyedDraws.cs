namespace Limpid.Data.Shapes;

/// <summary>Numbers that depend on a key and a counter alone: the n-th draw is the SplitMix64 finalizer (Steele, Lea, Flood 2014) of key + n·γ.</summary>
internal sealed class KeyedDraws(ulong key)
{
    private const ulong Gamma = 0x9E3779B97F4A7C15;
    private ulong _state = key;

    /// <summary>The key of an image, or of anything else counted, for a purpose; no two of them coincide within a purpose.</summary>
    public static ulong Key(DataSplit split, long index, Purpose purpose) =>
        Mix(Mix(((ulong)split << 56) ^ (ulong)index) + ((ulong)purpose * Gamma));

    /// <summary>A bijection of 64 bits that leaves no visible pattern.</summary>
    public static ulong Mix(ulong bits)
    {
        bits = (bits ^ (bits >> 30)) * 0xBF58476D1CE4E5B9;
        bits = (bits ^ (bits >> 27)) * 0x94D049BB133111EB;
        return bits ^ (bits >> 31);
    }

    /// <summary>64 bits.</summary>
    public ulong Bits() => Mix(_state += Gamma);

    /// <summary>Uniform in [low, high).</summary>
    public float Between(double low, double high) => (float)(low + ((high - low) * ((Bits() >> 11) * (1.0 / (1UL << 53)))));

    /// <summary>Uniform in 0 .. <paramref name="count"/> - 1.</summary>
    public int Below(int count) => (int)(((Bits() >> 32) * (ulong)count) >> 32);

    /// <summary>True with a probability.</summary>
    public bool Chance(double probability) => Between(0, 1) < probability;

    /// <summary>Nearly normal, mean 0 and variance 1: the sum of four uniform 16-bit numbers.</summary>
    public float NearlyNormal()
    {
        ulong bits = Bits();
        int sum = (int)(bits & 0xFFFF) + (int)((bits >> 16) & 0xFFFF) + (int)((bits >> 32) & 0xFFFF) + (int)(bits >> 48);
        return (sum - (2 * 65535)) * (1.7320508f / 65536f); // four uniforms have variance 1/3
    }
}

/// <summary>What draws are for: a change in one leaves the others as they were.</summary>
internal enum Purpose
{
    Label = 1,
    Pose,
    Color,
    Texture,
    Clutter,
    Light,
    Sensor,
}
