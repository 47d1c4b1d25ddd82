using Limpid.Detection;
using Limpid.Diffusion;
using Limpid.Purification;
using Limpid.Torch;
using Limpid.Torch.Noise;

namespace Limpid.Defenses;

/// <summary>Purifies only what a detector calls adversarial; the rest goes to the classifier as it is.</summary>
/// <remarks>
/// Relaxation "gate constant": the verdict is taken once per plan and gradients treat it as a constant, so they are exact along
/// the branch taken and blind to the gate, whose own derivative is zero almost everywhere. Straight-through, that is to
/// say the gradient of the denoised branch whatever the verdict, is the target of the same defense with its purifier not
/// gated. What sees the gate is <see cref="DetectorAwareTarget"/> and <see cref="SoftGateTarget"/>.
/// A gate that judges batches judges what it is handed: give <see cref="Defense.BatchSize"/> the batch it was fitted for.
/// </remarks>
/// <param name="gate">Which images are purified.</param>
/// <param name="purifier">How.</param>
public sealed class GatedPurifier(IDetector gate, IPurifier purifier) : IPurifier
{
    /// <summary>Which images are purified.</summary>
    public IDetector Gate => gate;

    /// <summary>How, once the gate is shut.</summary>
    public IPurifier Purifier => purifier;

    /// <inheritdoc/>
    public PurificationPlan Plan(Tensor images, INoise noise, CancellationToken cancellation = default)
    {
        var findings = gate.Judge(images, noise, cancellation);
        int[] caught = [.. Enumerable.Range(0, findings.Count).Where(row => findings[row].IsAdversarial)];
        if (caught.Length == findings.Count)
        {
            return purifier.Plan(images, noise, cancellation);
        }
        if (caught.Length == 0)
        {
            return new PurificationPlan([], ClampOutput: false) { Counts = new StepCount[findings.Count] };
        }
        using var scope = TensorScope.Begin();
        var plan = purifier.Plan(images.Rows(caught), noise.Rows(caught), cancellation);
        return new PurificationPlan([.. plan.Steps.Select(step => RowsStep.Of(caught, findings.Count, step))], plan.ClampOutput)
        {
            Counts = plan.Counts is null ? null : Spread(plan.Counts, caught, findings.Count),
        };
    }

    // An image that passes is not diffused.
    private static StepCount[] Spread(IReadOnlyList<StepCount> counts, int[] rows, int count)
    {
        var all = new StepCount[count];
        for (int i = 0; i < rows.Length; i++)
        {
            all[rows[i]] = counts[i];
        }
        return all;
    }
}
