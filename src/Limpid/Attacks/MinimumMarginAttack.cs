using Limpid.Torch;
using Limpid.Torch.Noise;

namespace Limpid.Attacks;

/// <summary>Minimum-margin attack (Gao et al., ICML 2022): a short walk toward each of the likeliest wrong classes; of the ends, the one that class wins by most.</summary>
/// <remarks>
/// DAD makes its training twins with it: three classes, 10 steps of ε/4 from a random start. Each walk ascends
/// −max(z_y − z_c + 50, 0); the classes are those of the highest logits at the clean image. Cost: a gradient query per step
/// and class, and two queries of logits.
/// </remarks>
/// <param name="Threat">Norm and radius.</param>
public sealed record MinimumMarginAttack(Threat Threat) : IAttack
{
    private const double Slack = 50; // of the authors' program: far above any margin, so that the loss never saturates

    /// <summary>Gradient steps toward each class, at least 1.</summary>
    public int Steps { get; init => field = Require.AtLeast(value, 1, "steps"); } = 10;

    /// <summary>Length of a step in units of pixels; ε/4 (2/255 at 8/255) unless set.</summary>
    public double StepSize
    {
        get => field > 0 ? field : Threat.Epsilon / 4;
        init => field = Require.Positive(value, "step size");
    }

    /// <summary>Wrong classes to walk toward, at least 1; fewer where there are fewer.</summary>
    public int Classes { get; init => field = Require.AtLeast(value, 1, "classes"); } = 3;

    /// <summary>Draws of the target that a gradient is averaged over (EOT), at least 1.</summary>
    public int Samples { get; init => field = Require.AtLeast(value, 1, "samples"); } = 1;

    /// <inheritdoc/>
    public AttackResult Run(ITarget target, Tensor images, Tensor labels, INoise noise, CancellationToken cancellation = default)
    {
        using var noGrad = GradMode.Off();
        using var scope = TensorScope.Begin();
        var mean = new ExpectationTarget(target, Samples);
        var rivals = Rivals(mean.Logits(images, noise.Branch(NoisePurpose.Select, 0)), labels);
        var best = images.Clone();
        var margins = new double[noise.Count];
        Array.Fill(margins, double.NegativeInfinity);
        int count = (int)rivals.Size(1);
        for (int k = 0; k < count; k++)
        {
            using var walk = TensorScope.Begin();
            var pair = Tensor.Stack([labels, rivals.Select(1, k)], 1);
            var own = noise.Branch(NoisePurpose.Restart, k);
            var end = Toward(mean, images, pair, own, cancellation);
            KeepBetter(end, Lead(mean.Logits(end, own.Branch(NoisePurpose.Select, 0)), pair).ToDoubles(), best, margins);
        }
        bool[] success = mean.Logits(best, noise.Branch(NoisePurpose.Select, 1)).ArgMax(1).NotEqualTo(labels).ToBools();
        return new AttackResult(scope.Return(best), success, [.. Enumerable.Repeat(Steps * count, noise.Count)]);
    }

    private Tensor Toward(ITarget target, Tensor images, Tensor pair, INoise noise, CancellationToken cancellation)
    {
        using var scope = TensorScope.Begin();
        var geometry = Threat.Geometry();
        var x = geometry.RandomStart(images, noise);
        for (int step = 0; step < Steps; step++)
        {
            cancellation.ThrowIfCancellationRequested();
            using var inner = TensorScope.Begin();
            var gradient = target.LossAndGradient(x, pair, Loss, noise.Branch(NoisePurpose.Iteration, step)).Gradient;
            var next = inner.Return(geometry.Project(geometry.Step(x, gradient, StepSize), images));
            x.Dispose();
            x = next;
        }
        return scope.Return(x);
    }

    private static Tensor Loss(Tensor logits, Tensor pair)
    {
        using var scope = TensorScope.Begin();
        return scope.Return(-(Slack - Lead(logits, pair)).Relu());
    }

    // z_c − z_y per row.
    private static Tensor Lead(Tensor logits, Tensor pair)
    {
        using var scope = TensorScope.Begin();
        var both = logits.Gather(1, pair);
        return scope.Return(both.Select(1, 1) - both.Select(1, 0));
    }

    // The wrong classes of the highest logits, int64 [N,k].
    private Tensor Rivals(Tensor logits, Tensor labels)
    {
        using var scope = TensorScope.Begin();
        long classes = logits.Size(1);
        if (classes < 2)
        {
            throw new InputException("the minimum-margin attack needs a model of at least 2 classes");
        }
        var isOwn = Tensor.Range(classes, DType.Int64, logits.Device).EqualTo(labels.Unsqueeze(1));
        var others = Tensor.Where(isOwn, Tensor.Full([1], double.NegativeInfinity, logits.DType, logits.Device), logits);
        return scope.Return(others.TopK(Math.Min(Classes, classes - 1), 1).Indices);
    }

    private static void KeepBetter(Tensor candidates, double[] leads, Tensor best, double[] margins)
    {
        for (int row = 0; row < leads.Length; row++)
        {
            if (leads[row] > margins[row])
            {
                margins[row] = leads[row];
                best.Select(0, row).CopyInPlace(candidates.Select(0, row));
            }
        }
    }
}
