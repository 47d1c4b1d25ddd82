using Limpid.Classifiers;
using Limpid.Purification;
using Limpid.Purification.Networks;
using Limpid.Purification.ReverseAdversarial;
using Limpid.Torch;
using Limpid.Torch.Noise;

namespace Limpid.Training;

/// <summary>What RAP's adapter makes small: mean |x₀ − f(x_t, t)| + CE(φ(f(x_t, t)), y), x_t the state of an attack on the whole after t steps (algorithm 3).</summary>
/// <remarks>
/// t is uniform in 1…T for each image: the index t − 1 of the appendix is uniform in 0…T−1. The attack is on φ∘f with the adapter's
/// present weights (or older ones) at the constant T, from a random start, and no gradient goes through it. The reconstruction is the mean
/// absolute difference in [−1,1] as in the appendix; algorithm 3 writes an unmarked norm, equation 8 a squared one.
/// An attack that knows y writes it into the image, and an adapter that only ever sees attacked images may learn to read it there
/// ("label leaking", Kurakin et al., ICLR 2017): a share of clean images, seen at the time T of deployment, forbids that.
/// </remarks>
/// <param name="adapter">f, which is trained.</param>
/// <param name="classifier">φ, frozen.</param>
/// <param name="lossWeight">Weight of the cross-entropy; 1 in the paper.</param>
/// <param name="warmUpSteps">Training steps over which the attack grows to its whole radius; 0 in the paper.</param>
/// <param name="cleanShare">Share of images, in [0,1], that are left clean; 0 in the paper.</param>
/// <param name="attacked">The adapter that is attacked; null for the one that is trained, as in the paper.</param>
public sealed class RapObjective(RapAdapter adapter, IClassifier classifier, double lossWeight = 1, int warmUpSteps = 0, double cleanShare = 0, RapAdapter? attacked = null) : IBatchObjective
{
    private readonly RobustClassifier whole = new(attacked ?? adapter, classifier);

    /// <inheritdoc/>
    public Tensor Loss(TrainingBatch batch)
    {
        ArgumentNullException.ThrowIfNull(batch);
        using var scope = TensorScope.Begin();
        int[] steps = Steps(batch.Noise);
        double share = AttackWarmUp.ShareAt(batch.Step, warmUpSteps);
        var process = new AdversarialProcess(whole, share == 1 ? adapter.Process : adapter.Process.Shrunk(share));
        var states = States(process, batch, steps);
        var restored = adapter.Forward(states * 2 - 1, [.. steps.Select(t => t == 0 ? adapter.Steps : new Diffusion.StepCount(t))]);
        var reconstruction = (batch.Images * 2 - 1 - restored).Abs().Mean();
        var logits = classifier.Logits(((restored + 1) * 0.5).Clamp(0, 1));
        return scope.Return(reconstruction + Functional.CrossEntropy(logits, batch.Labels).Mean() * lossWeight);
    }

    /// <summary>t of each image, 1…T; 0 for those left clean.</summary>
    internal int[] Steps(INoise noise)
    {
        using var scope = TensorScope.Begin();
        int most = adapter.Steps.Value;
        int[] steps = Array.ConvertAll(noise.Uniform(NoisePurpose.Training, 0, [1]).ToFloats(), u => 1 + Math.Min((int)(u * most), most - 1));
        return [.. steps.Zip(CleanShare.Draw(noise, cleanShare), (t, clean) => clean ? 0 : t)];
    }

    // x_t of each image; clean ones have no random start either.
    private static Tensor States(AdversarialProcess process, TrainingBatch batch, int[] steps)
    {
        using var scope = TensorScope.Begin();
        var start = process.Start(batch.Images, batch.Noise);
        start = CleanShare.Mix(start, batch.Images, Array.ConvertAll(steps, t => t == 0));
        return scope.Return(process.Sample(batch.Images, start, batch.Labels, steps));
    }
}
