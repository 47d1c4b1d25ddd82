using Limpid.Attacks;
using Limpid.Classifiers;
using Limpid.Torch;
using Limpid.Torch.Noise;

namespace Limpid.Purification.ReverseAdversarial;

/// <summary>An adversarial attack seen as a diffusion: x₀ + ζ, then T steps up the loss (RAP, algorithm 1).</summary>
/// <remarks>
/// x_t = project(x_{t−1} + λ·sign ∇ CE(φ(x_{t−1}), y)) onto the ball around x₀ and onto [0,1]; for ℓ2 the unit gradient in
/// place of its sign. Algorithm 1 only says "clamp"; without the ball T steps of λ would leave it.
/// Pure: all randomness is in <see cref="Start"/>, drawn from keyed noise. A row depends on that row only.
/// States are plain tensors without history. Cost: one gradient of the classifier per step and image.
/// </remarks>
/// <param name="attacked">What is attacked: in RAP the whole of adapter and classifier, <see cref="RobustClassifier"/>.</param>
/// <param name="options">Ball, steps, λ, c.</param>
public sealed class AdversarialProcess(IClassifier attacked, AdversarialProcessOptions options)
{
    private readonly INormGeometry geometry = Checked(options).Ball().Geometry();
    private readonly double lambda = options.Lambda();

    /// <summary>Ball, steps, λ, c.</summary>
    public AdversarialProcessOptions Options => options;

    /// <summary>x₀ + ζ in [0,1]: ζ uniform in (−c, c) for ℓ∞; of a random direction and a length uniform in (0, c) for ℓ2.</summary>
    /// <param name="images">x₀, [N,C,H,W] in [0,1].</param>
    /// <param name="noise">The noise of these rows.</param>
    public Tensor Start(Tensor images, INoise noise)
    {
        ArgumentNullException.ThrowIfNull(images);
        double c = options.StartRadius();
        return c == 0 ? images.Clone() : new Threat(options.Ball().Norm, c).Geometry().RandomStart(images, noise);
    }

    /// <summary>Every state: element k is what k steps make of the start.</summary>
    /// <param name="images">x₀, the center of the ball, [N,C,H,W] in [0,1].</param>
    /// <param name="start">Where the steps begin: <see cref="Start"/>, or the images themselves.</param>
    /// <param name="labels">y, int64 [N].</param>
    /// <param name="steps">How many steps; the paper's T and fewer.</param>
    /// <param name="cancellation">Looked at once per step.</param>
    /// <returns><paramref name="steps"/> + 1 tensors [N,C,H,W] in [0,1].</returns>
    public IReadOnlyList<Tensor> States(Tensor images, Tensor start, Tensor labels, int steps, CancellationToken cancellation = default)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(steps);
        using var noGrad = GradMode.Off();
        var states = new List<Tensor> { start };
        for (int k = 1; k <= steps; k++)
        {
            cancellation.ThrowIfCancellationRequested();
            states.Add(Step(states[^1], images, labels));
        }
        return states;
    }

    /// <summary>x_t for a number of steps per image: the sample that training learns from.</summary>
    /// <param name="images">x₀, [N,C,H,W] in [0,1].</param>
    /// <param name="start">Where the steps begin.</param>
    /// <param name="labels">y, int64 [N].</param>
    /// <param name="steps">t of each image, 0 or more.</param>
    /// <remarks>
    /// The paper's program attacks the whole batch max(t) times and then picks; since rows do not see each other, images that
    /// have had their steps rest, which gives the same at half the cost.
    /// </remarks>
    public Tensor Sample(Tensor images, Tensor start, Tensor labels, ReadOnlySpan<int> steps)
    {
        ArgumentNullException.ThrowIfNull(images);
        if (steps.Length != images.Size(0))
        {
            throw new InputException($"{images.Size(0)} images need as many numbers of steps, not {steps.Length}");
        }
        using var noGrad = GradMode.Off();
        using var scope = TensorScope.Begin();
        var state = start;
        int[] wanted = steps.ToArray();
        for (int k = 1; k <= wanted.DefaultIfEmpty(0).Max(); k++)
        {
            int[] rows = [.. Enumerable.Range(0, wanted.Length).Where(row => wanted[row] >= k)];
            var moved = Step(state.Rows(rows), images.Rows(rows), labels.Rows(rows));
            var index = Tensor.From(Array.ConvertAll(rows, row => (long)row), rows.Length).To(state.Device);
            state = state.IndexCopy(0, index, moved);
        }
        return scope.Return(ReferenceEquals(state, start) ? start.Clone() : state);
    }

    // x_{t−1} → x_t
    private Tensor Step(Tensor at, Tensor images, Tensor labels)
    {
        using var scope = TensorScope.Begin();
        return scope.Return(geometry.Project(geometry.Step(at, LossGradient(at, labels), lambda), images));
    }

    private Tensor LossGradient(Tensor at, Tensor labels)
    {
        using var scope = TensorScope.Begin();
        using var grad = GradMode.On();
        var x = at.AsVariable();
        return scope.Return(Gradient.Of(Functional.CrossEntropy(attacked.Logits(x), labels).Sum(), x));
    }

    private static AdversarialProcessOptions Checked(AdversarialProcessOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        options.Check();
        return options;
    }
}
