using Limpid.Torch;
using Limpid.Torch.Noise;

namespace Limpid.Attacks;

/// <summary>BPDA with expectation and persistence (Hill et al., ICLR 2021; the <c>bpda_eot</c> of DiffPure): a few draws propose that an image is broken, many confirm it.</summary>
/// <remarks>
/// Each iteration ascends the cross-entropy of the mean logits of <see cref="Samples"/> draws from the image itself, without random
/// start; where these are wrong, <see cref="VerifySamples"/> further draws decide. A row once confirmed broken keeps that image.
/// Meant for a target whose gradient is BPDA's. Cost: two queries per draw and iteration, for the loss couples the draws; and the
/// confirmations. Ends when no row is left; until then broken rows are walked on, as published.
/// </remarks>
/// <param name="Threat">Norm and radius.</param>
public sealed record PersistentBpda(Threat Threat) : IAttack
{
    /// <summary>Gradient steps, at least 1; the clean images and every iterate are judged.</summary>
    public int Steps { get; init => field = Require.AtLeast(value, 1, "steps"); } = 50;

    /// <summary>Length of a step in units of pixels; ε/4 (2/255 at 8/255) unless set.</summary>
    public double StepSize
    {
        get => field > 0 ? field : Threat.Epsilon / 4;
        init => field = Require.Positive(value, "step size");
    }

    /// <summary>Draws whose mean logits give gradient and proposal, at least 1.</summary>
    public int Samples { get; init => field = Require.AtLeast(value, 1, "samples"); } = 15;

    /// <summary>Draws whose mean logits decide, at least 1.</summary>
    public int VerifySamples { get; init => field = Require.AtLeast(value, 1, "verifying samples"); } = 150;

    /// <inheritdoc/>
    public AttackResult Run(ITarget target, Tensor images, Tensor labels, INoise noise, CancellationToken cancellation = default) =>
        Run(target, images, labels, noise, defended: null, cancellation);

    /// <summary>Attacks a batch and tells which rows stood after the clean images and after each iterate.</summary>
    internal AttackResult Run(ITarget target, Tensor images, Tensor labels, INoise noise, List<bool[]>? defended, CancellationToken cancellation)
    {
        using var noGrad = GradMode.Off();
        using var scope = TensorScope.Begin();
        var geometry = Threat.Geometry();
        var (x, found) = (images.Clone(), images.Clone());
        var stands = new bool[noise.Count];
        var iterations = new int[noise.Count];
        Array.Fill(stands, true);
        Judge(target, x, labels, noise.Branch(NoisePurpose.Select, 0), stands, gradient: false, cancellation);
        defended?.Add([.. stands]);
        for (int k = 0; k <= Steps && stands.Contains(true); k++)
        {
            using var step = TensorScope.Begin();
            bool[] before = [.. stands];
            var gradient = Judge(target, x, labels, noise.Branch(NoisePurpose.Iteration, k), stands, k < Steps, cancellation);
            defended?.Add([.. stands]);
            for (int row = 0; row < stands.Length; row++)
            {
                if (before[row])
                {
                    iterations[row] = k;
                    found.Select(0, row).CopyInPlace(x.Select(0, row));
                }
            }
            if (gradient is not null)
            {
                var next = step.Return(geometry.Project(geometry.Step(x, gradient, StepSize), images));
                x.Dispose();
                x = next;
            }
        }
        return new AttackResult(scope.Return(found), Array.ConvertAll(stands, standing => !standing), iterations);
    }

    // Rows that the many draws confirm broken fall; the gradient is that of the few.
    private Tensor? Judge(ITarget target, Tensor x, Tensor labels, INoise noise, bool[] stands, bool gradient, CancellationToken cancellation)
    {
        using var scope = TensorScope.Begin();
        cancellation.ThrowIfCancellationRequested();
        var mean = new ExpectationTarget(target, Samples).Logits(x, noise);
        bool[] wrong = mean.ArgMax(1).NotEqualTo(labels).ToBools();
        for (int row = 0; row < stands.Length; row++)
        {
            if (wrong[row] && stands[row])
            {
                cancellation.ThrowIfCancellationRequested();
                using var one = TensorScope.Begin();
                int[] rows = [row];
                var logits = new ExpectationTarget(target, VerifySamples).Logits(x.Rows(rows), noise.Branch(NoisePurpose.Verify, 0).Rows(rows));
                stands[row] = logits.ArgMax(1).EqualTo(labels.Rows(rows)).ToBools()[0];
            }
        }
        return gradient ? scope.Return(MeanGradient(target, x, labels, mean, noise)) : null;
    }

    // ∇ CE(mean logits) is that of ⟨logits of a draw, softmax(mean) − one-hot⟩, averaged over the same draws once more.
    private Tensor MeanGradient(ITarget target, Tensor x, Tensor labels, Tensor mean, INoise noise)
    {
        using var scope = TensorScope.Begin();
        var isLabel = Tensor.Range(mean.Size(1), DType.Int64, mean.Device).EqualTo(labels.Unsqueeze(1)).To(mean.DType);
        var weights = Functional.Softmax(mean, 1) - isLabel; // [N,K]
        var rows = Tensor.Range(x.Size(0), DType.Int64, x.Device); // a target may cut the batch: rows find their weights
        Tensor Inner(Tensor logits, Tensor some)
        {
            using var inner = TensorScope.Begin();
            return inner.Return((logits * weights.IndexSelect(0, some)).Sum([1]));
        }
        return scope.Return(new ExpectationTarget(target, Samples).LossAndGradient(x, rows, Inner, noise).Gradient);
    }
}
