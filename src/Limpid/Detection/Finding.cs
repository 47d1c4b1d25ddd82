namespace Limpid.Detection;

/// <summary>What a detector says of one image.</summary>
/// <param name="Score">Larger is more suspicious.</param>
/// <param name="Threshold">The largest score that still counts as clean.</param>
public readonly record struct Finding(double Score, double Threshold)
{
    /// <summary>Whether the image is taken to be adversarial; a score that is no number is.</summary>
    public bool IsAdversarial => !(Score <= Threshold);
}
