namespace Limpid.Data;

/// <summary>The fixed test images on which the diffusion-purification literature evaluates (Lee and Kim, ICCV 2023, and those after them).</summary>
/// <remarks>
/// <c>numpy.random.RandomState(0).choice(len(test), 512, replace=False)</c>, in drawn order. DiffPure itself draws eight times 64 with
/// the seeds 0..7, so its 512 images are others.
/// </remarks>
public static class LiteratureSubset
{
    /// <summary>How many images the literature uses.</summary>
    public const int DefaultCount = 512;

    /// <summary>The drawn positions.</summary>
    /// <param name="total">How many images the whole test set has.</param>
    /// <param name="count">How many to draw.</param>
    /// <param name="seed">The seed of the draw.</param>
    /// <exception cref="ArgumentOutOfRangeException">More are wanted than there are.</exception>
    public static int[] Indices(int total, int count = DefaultCount, uint seed = 0)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(count);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(count, total);
        return new MersenneTwister(seed).Permutation(total)[..count];
    }

    /// <summary>The subset of a whole test set, in drawn order; original indices stay.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The set has fewer images.</exception>
    public static IImageDataset Of(IImageDataset test, int count = DefaultCount, uint seed = 0)
    {
        ArgumentNullException.ThrowIfNull(test);
        return new DatasetSelection(test, Indices(test.Count, count, seed), $"{test.Name}[subset{count}]");
    }
}
