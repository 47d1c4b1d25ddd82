using Limpid.Torch;
using Limpid.Torch.Noise;

namespace Limpid.Attacks;

/// <summary>The mean of several draws of a random target: expectation over transformation (Athalye et al., ICML 2018).</summary>
/// <remarks>
/// Averages gradients of the draws' losses, E[∇L], and their losses and logits. Draw e uses the noise branch
/// (<see cref="NoisePurpose.Draw"/>, e). Cost: that many queries of the inner target.
/// </remarks>
/// <param name="inner">One draw.</param>
/// <param name="samples">Number of draws, at least 1; a deterministic target is asked once.</param>
/// <param name="batched">All draws in one query, for devices that have the room; the result is the same.</param>
public sealed class ExpectationTarget(ITarget inner, int samples, bool batched = false) : ITarget
{
    private readonly int samples = inner.IsDeterministic ? 1 : Require.AtLeast(samples, 1, "samples");

    /// <inheritdoc/>
    public bool IsDeterministic => inner.IsDeterministic;

    /// <inheritdoc/>
    public Tensor Logits(Tensor images, INoise noise)
    {
        using var scope = TensorScope.Begin();
        return scope.Return(Mean(Draws(noise).Select(draw => inner.Logits(images, draw))));
    }

    /// <inheritdoc/>
    public TargetGradient LossAndGradient(Tensor images, Tensor labels, SampleLoss loss, INoise noise)
    {
        using var scope = TensorScope.Begin();
        var draws = batched
            ? Together(images, labels, loss, noise)
            : [.. Draws(noise).Select(draw => inner.LossAndGradient(images, labels, loss, draw))];
        return new TargetGradient(
            scope.Return(Mean(draws.Select(d => d.Loss))),
            scope.Return(Mean(draws.Select(d => d.Gradient))),
            scope.Return(Mean(draws.Select(d => d.Logits))));
    }

    private List<TargetGradient> Together(Tensor images, Tensor labels, SampleLoss loss, INoise noise)
    {
        var all = inner.LossAndGradient(
            images.Repeat(samples, 1, 1, 1),
            Tensor.Concat([.. Enumerable.Repeat(labels, samples)]),
            loss,
            new JoinedNoise([.. Draws(noise)]));
        var (losses, gradients, logits) = (all.Loss.Chunk(samples, 0), all.Gradient.Chunk(samples, 0), all.Logits.Chunk(samples, 0));
        return [.. Enumerable.Range(0, samples).Select(e => new TargetGradient(losses[e], gradients[e], logits[e]))];
    }

    private IEnumerable<INoise> Draws(INoise noise) => Enumerable.Range(0, samples).Select(e => noise.Branch(NoisePurpose.Draw, e));

    // Summed in the order of the draws, so that batched and serial differ by nothing.
    private Tensor Mean(IEnumerable<Tensor> draws)
    {
        Tensor? sum = null;
        foreach (var draw in draws)
        {
            if (sum is null)
            {
                sum = samples == 1 ? draw : draw.Clone();
            }
            else
            {
                sum.AddInPlace(draw);
                draw.Dispose();
            }
        }
        if (samples > 1)
        {
            sum!.MultiplyInPlace(1.0 / samples);
        }
        return sum!;
    }
}
