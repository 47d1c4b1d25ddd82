using Limpid.Diffusion.Networks;
using Limpid.Torch;

namespace Limpid.Diffusion;

/// <summary>How an EDM network's input and output are scaled.</summary>
public enum EdmPreconditioning
{
    /// <summary>EDM's own (Karras et al. 2022, table 1, last column), σ_data = 0.5.</summary>
    Edm,

    /// <summary>That of variance-preserving score networks (VP column): the network predicts −noise.</summary>
    VariancePreserving,

    /// <summary>That of variance-exploding score networks (VE column).</summary>
    VarianceExploding,
}

/// <summary>An EDM network behind its preconditioning: D(y; σ) = c_skip·y + c_out·F(c_in·y; c_noise) (Karras et al. 2022, eq. 7 and table 1).</summary>
/// <param name="network">The network in evaluation mode.</param>
/// <param name="preconditioning">What its authors trained it with.</param>
/// <remarks>Owns the network. Coefficients are computed in double precision. A class-conditional network gets no class, as in EDM's own programs.</remarks>
public sealed class EdmDenoiser(EdmUNet network, EdmPreconditioning preconditioning) : IDenoiser, IDisposable
{
    private const double DataDeviation = 0.5;
    private const double BetaRange = 19.9;
    private const double BetaMinimum = 0.1;

    /// <summary>The network.</summary>
    public EdmUNet Network => network;

    /// <inheritdoc/>
    public Tensor Denoise(Tensor noisy, ReadOnlySpan<double> sigmas) => Denoise(noisy, sigmas, classes: null);

    /// <summary>The predicted clean images of a class-conditional network.</summary>
    /// <param name="noisy">y [N,C,H,W].</param>
    /// <param name="sigmas">Deviation of the noise, above 0, per sample.</param>
    /// <param name="classes">Weights of the classes [N,ClassCount]; null for none.</param>
    public Tensor Denoise(Tensor noisy, ReadOnlySpan<double> sigmas, Tensor? classes)
    {
        using var scope = TensorScope.Begin();
        Coefficients[] each = Array.ConvertAll(sigmas.ToArray(), Of);
        Tensor Column(Converter<Coefficients, double> part) => PerSample.Column(noisy, Array.ConvertAll(each, part));
        var raw = network.Forward(noisy * Column(c => c.In), Array.ConvertAll(each, c => c.Noise), classes);
        return scope.Return((noisy * Column(c => c.Skip)) + (raw * Column(c => c.Out)));
    }

    /// <summary>Frees the network.</summary>
    public void Dispose() => network.Dispose();

    private Coefficients Of(double sigma)
    {
        double square = sigma * sigma, data = DataDeviation * DataDeviation;
        return preconditioning switch
        {
            EdmPreconditioning.VariancePreserving => new(1, -sigma, 1 / Math.Sqrt(square + 1), 999 * Time(square)),
            EdmPreconditioning.VarianceExploding => new(1, sigma, 1, Math.Log(sigma / 2)),
            _ => new(data / (square + data), sigma * DataDeviation / Math.Sqrt(square + data), 1 / Math.Sqrt(square + data), Math.Log(sigma) / 4),
        };
    }

    // The s at which σ(s) = √(exp(9.95 s² + 0.1 s) − 1).
    private static double Time(double square) =>
        (Math.Sqrt((BetaMinimum * BetaMinimum) + (2 * BetaRange * Math.Log(1 + square))) - BetaMinimum) / BetaRange;

    private readonly record struct Coefficients(double Skip, double Out, double In, double Noise);
}
