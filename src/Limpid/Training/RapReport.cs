namespace Limpid.Training;

/// <summary>How good an adapter came out, on training images that were held out; accuracies in [0,1].</summary>
/// <param name="Clean">The bare classifier on clean images.</param>
/// <param name="Attacked">The bare classifier under PGD of its own.</param>
/// <param name="AdaptedClean">Behind the adapter, on clean images.</param>
/// <param name="AdaptedTransferred">Behind the adapter, on the images that were made against the bare classifier.</param>
/// <param name="AdaptedAttacked">Behind the adapter, under PGD through the whole with exact gradients: the figure that counts.</param>
public sealed record RapReport(double Clean, double Attacked, double AdaptedClean, double AdaptedTransferred, double AdaptedAttacked)
{
    /// <summary>How much the adapter was trained.</summary>
    public TrainingCounters Training { get; init; } = new();
}
