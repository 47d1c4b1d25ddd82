namespace Limpid.Data;

/// <summary>MT19937 (Matsumoto and Nishimura 1998), seeded and drawn from as numpy's legacy RandomState does.</summary>
/// <remarks>Only to repeat subsets others drew; Limpid's own randomness is keyed.</remarks>
internal sealed class MersenneTwister
{
    private const int Length = 624;
    private const int Shift = 397;
    private readonly uint[] _state = new uint[Length];
    private int _next = Length;

    public MersenneTwister(uint seed)
    {
        _state[0] = seed;
        for (int i = 1; i < Length; i++)
        {
            _state[i] = (1812433253 * (_state[i - 1] ^ (_state[i - 1] >> 30))) + (uint)i;
        }
    }

    /// <summary>32 bits.</summary>
    public uint Bits()
    {
        if (_next == Length)
        {
            Twist();
        }
        uint y = _state[_next++];
        y ^= y >> 11;
        y ^= (y << 7) & 0x9D2C5680;
        y ^= (y << 15) & 0xEFC60000;
        return y ^ (y >> 18);
    }

    /// <summary>The numbers 0 .. <paramref name="count"/> - 1 in random order, as <c>RandomState.permutation</c>.</summary>
    public int[] Permutation(int count)
    {
        int[] order = [.. Enumerable.Range(0, count)];
        for (int i = count - 1; i > 0; i--)
        {
            int j = UpTo(i);
            (order[i], order[j]) = (order[j], order[i]);
        }
        return order;
    }

    // Uniform in 0..largest by masking and drawing again.
    private int UpTo(int largest)
    {
        uint mask = uint.MaxValue >> System.Numerics.BitOperations.LeadingZeroCount((uint)largest);
        uint value;
        do
        {
            value = Bits() & mask;
        }
        while (value > largest);
        return (int)value;
    }

    private void Twist()
    {
        for (int i = 0; i < Length; i++)
        {
            uint y = (_state[i] & 0x80000000) | (_state[(i + 1) % Length] & 0x7FFFFFFF);
            _state[i] = _state[(i + Shift) % Length] ^ (y >> 1) ^ ((y & 1) * 0x9908B0DF);
        }
        _next = 0;
    }
}
