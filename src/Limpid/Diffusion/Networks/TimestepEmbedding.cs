using Limpid.Torch;

namespace Limpid.Diffusion.Networks;

/// <summary>Sinusoidal features of time labels.</summary>
public static class TimestepEmbedding
{
    /// <summary>Cosines, then sines, of t · 10000^(−k/half): the guided-diffusion order.</summary>
    /// <param name="timesteps">Labels.</param>
    /// <param name="width">Number of features; an odd one ends with a zero.</param>
    /// <param name="device">Where the result lives.</param>
    /// <returns>float32 [N,width].</returns>
    public static Tensor CosineFirst(ReadOnlySpan<double> timesteps, int width, Device device) =>
        Make(timesteps, width, device, divisor: width / 2, sineFirst: false);

    /// <summary>Sines, then cosines, of t · 10000^(−k/(half−1)): the order of Ho et al. and score_sde.</summary>
    public static Tensor SineFirst(ReadOnlySpan<double> timesteps, int width, Device device) =>
        Make(timesteps, width, device, divisor: (width / 2) - 1, sineFirst: true);

    /// <summary>Sines, then cosines, of 2π·f_k·t for frequencies that the network keeps: Gaussian Fourier features of score_sde and EDM.</summary>
    /// <param name="values">Labels, or logarithms of noise levels.</param>
    /// <param name="frequencies">f [K].</param>
    /// <returns>float32 [N,2K].</returns>
    public static Tensor Fourier(ReadOnlySpan<double> values, Tensor frequencies)
    {
        using var scope = TensorScope.Begin();
        float[] singles = [.. values.ToArray().Select(value => (float)value)];
        var angles = Tensor.From(singles, singles.Length, 1).To(frequencies.Device) * frequencies.Unsqueeze(0) * (2 * Math.PI); // [N,K]
        return scope.Return(Tensor.Concat([angles.Sin(), angles.Cos()], 1));
    }

    // In float32 as the authors' programs, so that labels near 999 round alike.
    private static Tensor Make(ReadOnlySpan<double> timesteps, int width, Device device, int divisor, bool sineFirst)
    {
        int half = width / 2;
        var values = new float[timesteps.Length * width];
        for (int n = 0; n < timesteps.Length; n++)
        {
            var row = values.AsSpan(n * width, width);
            for (int k = 0; k < half; k++)
            {
                float frequency = (float)Math.Exp((float)(-Math.Log(10000) * k) / divisor);
                float angle = (float)timesteps[n] * frequency;
                (row[k], row[half + k]) = sineFirst
                    ? ((float)Math.Sin(angle), (float)Math.Cos(angle))
                    : ((float)Math.Cos(angle), (float)Math.Sin(angle));
            }
        }
        using var scope = TensorScope.Begin();
        return scope.Return(Tensor.From(values, timesteps.Length, width).To(device));
    }
}
