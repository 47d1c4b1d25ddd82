using Limpid.Detection;

namespace Limpid.Training;

/// <summary>How good a DAD came out, on clean training images that nothing was fitted on and their minimum-margin twins.</summary>
/// <param name="Batch">The threshold of batches.</param>
/// <param name="Sample">The threshold of single images.</param>
/// <param name="BatchRates">What the batch gate catches.</param>
/// <param name="SampleRates">What the gate of single images catches.</param>
/// <param name="Clean">Accuracy on clean images as they are.</param>
/// <param name="CleanDenoised">Accuracy on clean images, all denoised.</param>
/// <param name="Twins">Accuracy on twins as they are.</param>
/// <param name="TwinsDenoised">Accuracy on twins, all denoised.</param>
public sealed record DadReport(
    BatchThreshold Batch, SampleThreshold Sample, IReadOnlyList<GateRate> BatchRates, IReadOnlyList<GateRate> SampleRates,
    double Clean, double CleanDenoised, double Twins, double TwinsDenoised)
{
    /// <summary>How much the denoiser was trained.</summary>
    public TrainingCounters Training { get; init; } = new();
}
