using Limpid.Torch;

namespace Limpid.Training;

/// <summary>The noise levels of the linear schedule: β from 10⁻⁴ to 0.02 in 1000 steps, ᾱ_t = ∏(1 − β_s) (Ho et al. 2020).</summary>
internal static class LinearLevels
{
    /// <summary>Number of steps.</summary>
    public const int Count = 1000;

    private static readonly double[] alphaBar = Products();

    /// <summary>ᾱ_t.</summary>
    public static double AlphaBar(int t) => alphaBar[t];

    /// <summary>√ᾱ_t x + √(1−ᾱ_t) ε with x = 2·image − 1.</summary>
    /// <param name="images">[N,C,H,W] in [0,1].</param>
    /// <param name="timesteps">One per row.</param>
    /// <param name="epsilon">Standard normal, of the images' shape.</param>
    public static Tensor Diffuse(Tensor images, ReadOnlySpan<double> timesteps, Tensor epsilon)
    {
        using var scope = TensorScope.Begin();
        var signal = new float[timesteps.Length];
        var noise = new float[timesteps.Length];
        for (int i = 0; i < signal.Length; i++)
        {
            double level = alphaBar[(int)timesteps[i]];
            signal[i] = (float)Math.Sqrt(level);
            noise[i] = (float)Math.Sqrt(1 - level);
        }
        var a = Tensor.From(signal, signal.Length, 1, 1, 1).To(images.Device);
        var b = Tensor.From(noise, noise.Length, 1, 1, 1).To(images.Device);
        return scope.Return(((images * 2 - 1) * a) + (epsilon * b));
    }

    private static double[] Products()
    {
        var products = new double[Count];
        double product = 1;
        for (int t = 0; t < Count; t++)
        {
            double beta = 1e-4 + ((0.02 - 1e-4) * t / (Count - 1));
            products[t] = product *= 1 - beta;
        }
        return products;
    }
}
