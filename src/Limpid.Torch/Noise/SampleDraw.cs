namespace Limpid.Torch.Noise;

/// <summary>The numbers of one row and one draw, in order.</summary>
/// <param name="key">Philox key of the sample and branch.</param>
/// <param name="purposeAndStep">High half of the counter.</param>
public readonly struct SampleDraw(ulong key, ulong purposeAndStep)
{
    /// <summary>Fills with standard normal numbers.</summary>
    public void FillNormal(Span<float> row)
    {
        for (int i = 0; i < row.Length; i += 4)
        {
            var (a, b, c, d) = Philox.Next((ulong)(uint)(i >> 2), purposeAndStep, key);
            var (n0, n1) = BoxMuller(a, b);
            var (n2, n3) = BoxMuller(c, d);
            row[i] = n0;
            if (i + 1 < row.Length) row[i + 1] = n1;
            if (i + 2 < row.Length) row[i + 2] = n2;
            if (i + 3 < row.Length) row[i + 3] = n3;
        }
    }

    /// <summary>Fills with uniform numbers in [0,1), multiples of 2⁻²⁴.</summary>
    public void FillUniform(Span<float> row)
    {
        for (int i = 0; i < row.Length; i += 4)
        {
            var (a, b, c, d) = Philox.Next((ulong)(uint)(i >> 2), purposeAndStep, key);
            row[i] = ToUnit(a);
            if (i + 1 < row.Length) row[i + 1] = ToUnit(b);
            if (i + 2 < row.Length) row[i + 2] = ToUnit(c);
            if (i + 3 < row.Length) row[i + 3] = ToUnit(d);
        }
    }

    private static float ToUnit(uint word) => (word >> 8) * (1f / (1 << 24));

    private static (float, float) BoxMuller(uint a, uint b)
    {
        // (a + 1) / 2³² is in (0, 1], so the logarithm is finite.
        double radius = Math.Sqrt(-2 * Math.Log((a + 1.0) * (1.0 / 4294967296.0)));
        var (sin, cos) = Math.SinCos(b * (2 * Math.PI / 4294967296.0));
        return ((float)(radius * cos), (float)(radius * sin));
    }
}
