using Limpid.Torch.Noise;

namespace Limpid.Classifiers;

/// <summary>What accompanies a batch through a network besides the images.</summary>
public sealed class ForwardPass
{
    /// <summary>Nothing: logits in evaluation mode.</summary>
    public static ForwardPass Plain { get; } = new();

    /// <summary>Dropout's randomness, a row per image; needed in training mode by networks with dropout.</summary>
    public INoise? Noise { get; init; }

    /// <summary>Where blocks leave their activations; null to keep none.</summary>
    public ActivationTaps? Taps { get; init; }
}
