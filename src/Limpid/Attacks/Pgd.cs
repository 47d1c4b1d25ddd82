using Limpid.Torch;
using Limpid.Torch.Noise;

namespace Limpid.Attacks;

/// <summary>Projected gradient descent (Madry et al., ICLR 2018), with expectation over a defense's draws (Lee and Kim, ICCV 2023, §4).</summary>
/// <remarks>
/// Each iteration takes the mean gradient of <see cref="Samples"/> fresh draws, one step, and the projection.
/// Defaults are those of Madry et al. for CIFAR-10: 20 steps of a quarter of ε from a random start.
/// </remarks>
/// <param name="Threat">Norm and radius.</param>
public sealed record Pgd(Threat Threat) : IAttack
{
    /// <summary>Gradient steps, at least 1.</summary>
    public int Steps { get; init => field = Require.AtLeast(value, 1, "steps"); } = 20;

    /// <summary>Length of a step in units of pixels; ε/4 (2/255 at 8/255) for ℓ∞ and ε/5 for ℓ2 unless set.</summary>
    public double StepSize
    {
        get => field > 0 ? field : Threat.Epsilon / (Threat.Norm == ThreatNorm.Linf ? 4 : 5);
        init => field = Require.Positive(value, "step size");
    }

    /// <summary>Whether to start at a random point of the ball rather than at the image.</summary>
    public bool RandomStart { get; init; } = true;

    /// <summary>Runs from fresh starts, at least 1; later ones attack only rows that no earlier one broke.</summary>
    public int Restarts { get; init => field = Require.AtLeast(value, 1, "restarts"); } = 1;

    /// <summary>Draws of the target that a gradient is averaged over (EOT), at least 1.</summary>
    public int Samples { get; init => field = Require.AtLeast(value, 1, "samples"); } = 1;

    /// <summary>Whether all draws of an iteration go to the target at once.</summary>
    public bool BatchedSamples { get; init; }

    /// <summary>Which iterate is returned.</summary>
    public Keep Keep { get; init; } = Keep.Last;

    /// <summary>What is ascended.</summary>
    public SampleLoss Loss { get; init; } = AttackLosses.CrossEntropy;

    /// <summary>ℓ2 only: steps along the sign of the gradient, as the code of Lee and Kim does.</summary>
    public bool SignSteps { get; init; }

    /// <summary>The protocol of Lee and Kim: 200 steps of 0.007 from the image itself, 20 draws, last iterate.</summary>
    public static Pgd LeeKim(Threat threat) => new(threat)
    {
        Steps = 200,
        StepSize = 0.007,
        Samples = 20,
        RandomStart = false,
        SignSteps = threat.Norm == ThreatNorm.L2,
    };

    /// <inheritdoc/>
    public AttackResult Run(ITarget target, Tensor images, Tensor labels, INoise noise, CancellationToken cancellation = default)
    {
        using var noGrad = GradMode.Off();
        using var scope = TensorScope.Begin();
        var mean = new ExpectationTarget(target, Samples, BatchedSamples);
        var best = new BestSeen(images);
        var iterations = new int[noise.Count];
        int[] rows = [.. Enumerable.Range(0, noise.Count)];
        for (int r = 0; r < Restarts && rows.Length > 0; r++)
        {
            using var restart = TensorScope.Begin();
            var (some, theirs) = (images.Rows(rows), labels.Rows(rows));
            var own = noise.Rows(rows).Branch(NoisePurpose.Restart, r);
            var found = Once(mean, some, theirs, own, cancellation);
            var logits = mean.Logits(found, own.Branch(NoisePurpose.Select, 0));
            best.See(found, Loss(logits, theirs), logits, theirs, rows);
            Array.ForEach(rows, row => iterations[row] += Steps);
            rows = [.. rows.Where(row => !best.Wrong[row])];
        }
        return new AttackResult(scope.Return(best.Images), best.Wrong, iterations);
    }

    private Tensor Once(ExpectationTarget target, Tensor images, Tensor labels, INoise noise, CancellationToken cancellation)
    {
        using var scope = TensorScope.Begin();
        INormGeometry geometry = SignSteps && Threat.Norm == ThreatNorm.L2 ? new L2Geometry(Threat.Epsilon, signSteps: true) : Threat.Geometry();
        var best = Keep == Keep.Best ? new BestSeen(images) : null;
        var x = RandomStart ? geometry.RandomStart(images, noise) : images.Clone();
        for (int k = 0; k < Steps; k++)
        {
            cancellation.ThrowIfCancellationRequested();
            using var step = TensorScope.Begin();
            var (loss, gradient, logits) = target.LossAndGradient(x, labels, Loss, noise.Branch(NoisePurpose.Iteration, k));
            best?.See(x, loss, logits, labels);
            var next = step.Return(geometry.Project(geometry.Step(x, gradient, StepSize), images));
            x.Dispose();
            x = next;
        }
        if (best is not null)
        {
            var logits = target.Logits(x, noise.Branch(NoisePurpose.Iteration, Steps));
            best.See(x, Loss(logits, labels), logits, labels);
            x = best.Images;
        }
        return scope.Return(x);
    }
}
