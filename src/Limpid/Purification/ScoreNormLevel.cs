using Limpid.Diffusion;
using Limpid.Torch;
using Limpid.Torch.Noise;

namespace Limpid.Purification;

/// <summary>How far to diffuse each image, from how unnatural the length of its score says it is (SSNI, ICML 2025, eqs. 8 and 9).</summary>
/// <remarks>
/// n = clamp(⌊t(x)⌋, 0, 999). The norm is measured once, from the input, and applies to every run of a purifier of several
/// runs. Cost: T′ network calls an image. A row depends on that row only. Without gradient: the level is a floor.
/// </remarks>
public sealed class ScoreNormLevel : INoiseLevel
{
    private readonly ExpectedPerturbationScore score;
    private readonly ScoreNormStatistics clean;
    private readonly ScoreNormRule rule;

    /// <summary>A level from clean statistics.</summary>
    /// <param name="score">EPS of the network.</param>
    /// <param name="clean">Its norms on clean images.</param>
    /// <param name="rule">The curve; SSNI-N unless given.</param>
    /// <exception cref="InputException">The statistics were measured over another horizon.</exception>
    public ScoreNormLevel(ExpectedPerturbationScore score, ScoreNormStatistics clean, ScoreNormRule? rule = null)
    {
        if (score.Horizon != clean.Horizon)
        {
            throw new InputException($"the score statistics are over {clean.Horizon} noise levels, not {score.Horizon}; measure them again or set the horizon to {clean.Horizon}");
        }
        this.score = score;
        this.clean = clean;
        this.rule = rule ?? new ScoreNormRule();
        this.rule.Check();
    }

    /// <inheritdoc/>
    public SampleLevels Measure(Tensor images, INoise noise, CancellationToken cancellation = default)
    {
        clean.CheckShape(images.Shape[1..]);
        double[] norms = score.Norms(images, noise, cancellation);
        return new SampleLevels(shared => Array.ConvertAll(norms, e => Count(e, shared)), norms);
    }

    private StepCount Count(double norm, StepCount shared) => new((int)Math.Clamp(Math.Floor(rule.Level(norm, shared.Value, clean)), 0, 999));
}
