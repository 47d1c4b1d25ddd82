using Limpid.Torch;
using Limpid.Torch.Noise;

namespace Limpid.Diffusion;

/// <summary>Settings of <see cref="EdmSampler"/>; defaults those of EDM for CIFAR-10.</summary>
public sealed record EdmSamplerOptions
{
    /// <summary>Number of steps n, at least 2.</summary>
    public int Steps { get; init; } = 18;

    /// <summary>Least σ before 0.</summary>
    public double SigmaMin { get; init; } = 0.002;

    /// <summary>σ of the start.</summary>
    public double SigmaMax { get; init; } = 80;

    /// <summary>ρ: how much the grid favors small σ.</summary>
    public double Rho { get; init; } = 7;

    /// <summary>S_churn: noise that is put back at each step; 0 for none.</summary>
    public double Churn { get; init; }

    /// <summary>S_min: no churn below this σ.</summary>
    public double ChurnMin { get; init; }

    /// <summary>S_max: no churn above this σ.</summary>
    public double ChurnMax { get; init; } = double.PositiveInfinity;

    /// <summary>S_noise: deviation of the noise that is put back.</summary>
    public double ChurnNoise { get; init; } = 1;

    /// <summary>Whether steps are corrected by Heun's rule rather than plain Euler steps.</summary>
    public bool Heun { get; init; } = true;
}

/// <summary>Draws images from a denoiser (Karras et al. 2022, algorithm 2).</summary>
public static class EdmSampler
{
    /// <summary>σ_0 … σ_{n−1} and a final 0: (σmax^{1/ρ} + i/(n−1)·(σmin^{1/ρ} − σmax^{1/ρ}))^ρ.</summary>
    public static double[] Sigmas(EdmSamplerOptions options)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(options.Steps, 2, nameof(options));
        double first = Math.Pow(options.SigmaMax, 1 / options.Rho), last = Math.Pow(options.SigmaMin, 1 / options.Rho);
        return [.. Enumerable.Range(0, options.Steps).Select(i => Math.Pow(first + (i / (options.Steps - 1.0) * (last - first)), options.Rho)), 0];
    }

    /// <summary>Images [N,C,H,W] in about [−1,1].</summary>
    /// <param name="denoiser">The network.</param>
    /// <param name="latents">Standard normals [N,C,H,W].</param>
    /// <param name="options">Settings.</param>
    /// <param name="noise">The noise of these rows, for churn.</param>
    /// <param name="cancellation">Looked at once per step.</param>
    public static Tensor Sample(IDenoiser denoiser, Tensor latents, EdmSamplerOptions options, INoise noise, CancellationToken cancellation = default)
    {
        using var scope = TensorScope.Begin();
        double[] sigmas = Sigmas(options);
        var x = latents * sigmas[0];
        for (int i = 0; i < options.Steps; i++)
        {
            cancellation.ThrowIfCancellationRequested();
            using var inner = TensorScope.Begin();
            double sigma = sigmas[i];
            double gamma = sigma >= options.ChurnMin && sigma <= options.ChurnMax ? Math.Min(options.Churn / options.Steps, Math.Sqrt(2) - 1) : 0;
            double raised = sigma * (1 + gamma);
            if (gamma > 0)
            {
                var z = noise.Normal(NoisePurpose.Reverse, i, x.Shape[1..], x.Device);
                x += z * (Math.Sqrt((raised * raised) - (sigma * sigma)) * options.ChurnNoise);
            }
            x = inner.Return(Step(denoiser, x, raised, sigmas[i + 1], options.Heun));
        }
        return scope.Return(x);
    }

    /// <summary>One step from σ to a smaller one; to 0 it is the denoised image itself.</summary>
    public static Tensor Step(IDenoiser denoiser, Tensor x, double from, double to, bool heun = true)
    {
        using var scope = TensorScope.Begin();
        var slope = Slope(x, from);
        var next = x + (slope * (to - from));
        if (heun && to > 0)
        {
            next = x + ((slope + Slope(next, to)) * (0.5 * (to - from)));
        }
        return scope.Return(next);

        Tensor Slope(Tensor at, double sigma)
        {
            var sigmas = new double[(int)at.Size(0)];
            Array.Fill(sigmas, sigma);
            return (at - denoiser.Denoise(at, sigmas)) / sigma;
        }
    }
}
